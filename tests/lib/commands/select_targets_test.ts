import assert from "node:assert/strict";
import { test } from "node:test";
import { selectDeployed } from "../../../lib/commands/deploy.ts";
import { requestsOn } from "../../../lib/commands/deploy_services.ts";
import { selectTargets } from "../../../lib/commands/select_targets.ts";
import { configOf } from "../config/config_of.ts";

const config = configOf(`
apps: { web: { image: x, server: a }, job: { image: x, server: a } }
services: { db: { image: y, servers: [a, b] }, cache: { image: z, server: b } }
`);
const everything = { apps: [], force: false };

function deployed(options: Parameters<typeof selectDeployed>[0]): unknown {
  const { apps, services } = selectDeployed(options, config);
  return { apps: apps.map(({ name }) => name), ...services };
}

test("selectTargets() finds apps and services, and suggests among both", () => {
  const { apps, services } = selectTargets(config, ["cache", "web"]);
  assert.deepEqual([...apps, ...services].map(({ name }) => name), ["web", "cache"]);
  assert.throws(() => selectTargets(config, ["cahce"]), {
    message: `Unknown app or service "cahce" in ${config.file}`,
    hint: 'Did you mean "cache"?',
  });
  assert.throws(() => selectTargets(config, ["zzzzz"]), {
    hint: "Its apps are: web, job; its services are: db, cache",
  });
});

test("selectDeployed() names no service unless a person does", () => {
  assert.deepEqual(deployed(everything), {
    apps: ["web", "job"],
    named: [],
    others: true,
    force: false,
  });
  assert.deepEqual(deployed({ ...everything, apps: ["web"] }), {
    apps: ["web"],
    named: [],
    others: true,
    force: false,
  });
  assert.deepEqual(deployed({ ...everything, apps: ["db"] }), {
    apps: [],
    named: ["db"],
    others: false,
    force: false,
  });
  assert.deepEqual(deployed({ ...everything, services: true }), {
    apps: ["web", "job"],
    named: ["db", "cache"],
    others: true,
    force: false,
  });
});

test("requestsOn() asks each server for its own services, and forces only named ones", () => {
  const options = { named: ["cache"], others: true, force: true };
  const [a, b] = config.servers.map((server) =>
    requestsOn(server, options, config).map(({ config: { name }, apply, force }) =>
      `${name} ${apply} ${force}`
    )
  );
  assert.deepEqual(a, ["db false false"]);
  assert.deepEqual(b, ["db false false", "cache true true"]);
});
