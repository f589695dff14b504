import assert from "node:assert/strict";
import { test } from "node:test";
import {
  selectDoctorTargets,
  selectSetupTargets,
  type ServerTarget,
} from "../../../lib/commands/server_targets.ts";
import { UsageError } from "../../../lib/error.ts";
import { configOf } from "../config/config_of.ts";

const CONFIG = configOf(`name: site
servers: [web.example.com, db.example.com]
proxy: { http_port: 8080 }
apps: { blog: { image: x } }
`);

function format({ server, config, proxy }: ServerTarget): string {
  return `${server.kind} ${server.name} ${config?.name ?? "-"} ${proxy.httpPort}`;
}

function select(names: readonly string[], config: typeof CONFIG | undefined = CONFIG) {
  return selectSetupTargets(names, config).map(format);
}

test("selectSetupTargets() takes all servers of the project, where none is named", () => {
  assert.deepEqual(select([]), ["ssh web.example.com site 8080", "ssh db.example.com site 8080"]);
});

test("selectSetupTargets() takes an address for a server of no project, also without luma.yml", () => {
  assert.deepEqual(select(["root@10.0.0.5"]), ["ssh root@10.0.0.5 - 80"]);
  const [target] = selectSetupTargets(["root@10.0.0.5:2222"], undefined);
  assert.deepEqual(target?.server, {
    ...{ kind: "ssh", name: "root@10.0.0.5:2222" },
    ...{ host: "10.0.0.5", user: "root", port: 2222 },
  });
  assert.equal(selectSetupTargets(["local"], undefined)[0]?.server.kind, "local");
});

test("selectSetupTargets() takes a name that is nearly one of luma.yml for a slip", () => {
  assert.throws(() => select(["web.exmple.com"]), (error) => {
    assert.ok(error instanceof UsageError);
    assert.equal(error.hint, 'Did you mean "web.example.com"?');
    return true;
  });
});

test("selectSetupTargets() refuses what can be no server", () => {
  assert.throws(() => select(["ssh://web"]), /Cannot set up "ssh:\/\/web": expected a server/);
});

test("selectSetupTargets() says what to type, where there is neither a name nor a luma.yml", () => {
  assert.throws(() => selectSetupTargets([], undefined), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.hint ?? "", /luma setup root@.*\n.*luma init/);
    return true;
  });
});

test("selectDoctorTargets() takes what luma setup takes, and this machine where that has nothing", () => {
  const chosen = (names: readonly string[], config?: typeof CONFIG) =>
    selectDoctorTargets(names, config).map(format);
  assert.deepEqual(chosen([]), ["local local - 80"]);
  assert.deepEqual(chosen([], CONFIG), select([]));
  assert.deepEqual(chosen(["db.example.com", "root@10.0.0.5"], CONFIG), [
    "ssh db.example.com site 8080",
    "ssh root@10.0.0.5 - 80",
  ]);
  assert.throws(
    () => chosen(["ssh://web"], CONFIG),
    /^UsageError: Cannot look at "ssh:\/\/web": expected a server/,
  );
});
