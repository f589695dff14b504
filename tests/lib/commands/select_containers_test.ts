import assert from "node:assert/strict";
import { test } from "node:test";
import { findContainers, selectParts } from "../../../lib/commands/select_containers.ts";
import type { Config } from "../../../lib/config/types.ts";
import { aGeneration, anApp, aReplica, aRoute, aServer } from "../../fixtures/server_state.ts";

const { replicas: _, healthCheck: __, proxy: ___, ...SERVICE } = anApp({ name: "db" });
const CONFIG: Config = {
  file: "/site/luma.yml",
  name: "site",
  servers: [{ kind: "local", name: "server" }],
  proxy: { httpPort: 80, httpsPort: 443 },
  apps: [anApp(), anApp({ name: "worker" })],
  services: [SERVICE],
  warnings: [],
  unsupported: [],
};

test("selectParts() finds apps and services in the order of the file, and suggests what was meant", () => {
  const names = (list: readonly string[]) =>
    selectParts(CONFIG, list).map(({ kind, name }) => `${kind} ${name}`);
  assert.deepEqual(names([]), ["app blog", "app worker", "service db"]);
  assert.deepEqual(names(["db", "blog"]), ["app blog", "service db"]);
  assert.throws(() => names(["blgo"]), { hint: 'Did you mean "blog"?', exitCode: 2 });
  assert.throws(() => names(["xyz"]), { hint: "Its apps are: blog, worker; its services are: db" });
});

test("findContainers() takes the color in use, or the one that is named, and one replica of it", () => {
  const state = aServer([
    aReplica("green", { replica: 1, of: 2 }),
    aReplica("green", { replica: 2, of: 2 }),
    aReplica("blue", { alias: false }),
    aReplica("green", { project: "other" }),
  ], [aRoute(aGeneration("green"))]);
  const names = (choice: { readonly color?: "blue" | "green"; readonly replica?: number } = {}) =>
    findContainers({ kind: "app", name: "blog" }, { ...choice, state, project: "site" })
      .map(({ name }) => name);
  assert.deepEqual(names(), ["blog-green-1", "blog-green-2"]);
  assert.deepEqual(names({ replica: 2 }), ["blog-green-2"]);
  assert.deepEqual(names({ color: "blue" }), ["blog-blue"]);
  assert.deepEqual(names({ replica: 3 }), []);
});

test("findContainers() shows all of an app of which no color is in use", () => {
  const state = aServer([aReplica("blue", { alias: false, status: "exited" })]);
  const part = { kind: "app", name: "blog" } as const;
  assert.equal(findContainers(part, { state, project: "site" }).length, 1);
});
