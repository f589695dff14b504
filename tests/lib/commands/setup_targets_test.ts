import assert from "node:assert/strict";
import { test } from "node:test";
import { selectSetupTargets } from "../../../lib/commands/setup_targets.ts";
import { UsageError } from "../../../lib/error.ts";
import { configOf } from "../config/config_of.ts";

const CONFIG = configOf(`name: site
servers: [web.example.com, db.example.com]
proxy: { http_port: 8080 }
apps: { blog: { image: x } }
`);

function select(names: readonly string[], config: typeof CONFIG | undefined = CONFIG) {
  return selectSetupTargets(names, config).map(({ server, project, proxy }) =>
    `${server.kind} ${server.name} ${project ?? "-"} ${proxy.httpPort}`
  );
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
