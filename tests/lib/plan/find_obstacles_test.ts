import assert from "node:assert/strict";
import { test } from "node:test";
import { findObstacles } from "../../../lib/plan/find_obstacles.ts";
import { planDeploy } from "../../../lib/plan/plan_deploy.ts";
import type { ResolvedApp } from "../../../lib/resolve/resolve_app.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import {
  aGeneration,
  anApp,
  anImage,
  aReplica,
  aRoute,
  aServer,
  aWorker,
  NEW,
  resolved,
} from "../../fixtures/server_state.ts";

function obstacles(app: ResolvedApp, server: ServerState) {
  return findObstacles(planDeploy(app, server, { deployment: NEW, force: false }), app, server);
}

function messages(app: ResolvedApp, server: ServerState): readonly string[] {
  return obstacles(app, server).map(({ message }) => message);
}

function running(changes: Partial<Extract<ServerState["proxy"], { kind: "running" }>["status"]>) {
  const server = aServer([]);
  assert.ok(server.proxy.kind === "running");
  return {
    ...server,
    proxy: { kind: "running", status: { ...server.proxy.status, ...changes } },
  } as const;
}

test("findObstacles() finds none on a server that is ready", () => {
  assert.deepEqual(obstacles(resolved(), aServer([])), []);
});

test("findObstacles() refuses an image of another architecture, and says how to build it", () => {
  const app = resolved(anApp(), anImage({ architecture: "arm64" }));
  const [obstacle] = obstacles(app, aServer([]));
  assert.equal(obstacle?.message, 'Image "my-blog" is for arm64, but server is amd64');
  assert.match(obstacle?.hint ?? "", /--platform linux\/amd64 --tag my-blog \./);
});

test("findObstacles() refuses a proxy that is absent, down, or speaks another API", () => {
  const found = (proxy: ServerState["proxy"]) => messages(resolved(), aServer([], [], { proxy }));
  assert.match(found({ kind: "absent" }).join(), /does not run on server: it is not there/);
  assert.match(found({ kind: "down", reason: "it is exited" }).join(), /it is exited/);
  const [newer] = obstacles(resolved(), running({ api: 2 as never, version: "9.0.0" }));
  assert.match(newer?.message ?? "", /luma-proxy 9\.0\.0 on server speaks version 2 of its API/);
  assert.match(newer?.hint ?? "", /^Use a newer luma/);
  const [older] = obstacles(resolved(), running({ api: 0 as never }));
  assert.match(older?.hint ?? "", /luma setup/);
});

test("findObstacles() needs no proxy for an app that is neither served nor checked by it", () => {
  const server = aServer([], [], { proxy: { kind: "absent" } });
  assert.deepEqual(obstacles(resolved(aWorker()), server), []);
});

test("findObstacles() refuses a host that another project has, and says how to free it", () => {
  const other = { ...aRoute(aGeneration("blue")), project: "shop", app: "web" };
  const [obstacle] = obstacles(resolved(), aServer([], [other]));
  assert.equal(
    obstacle?.message,
    'blog.com already belongs to app "web" of project "shop" on server',
  );
  assert.match(obstacle?.hint ?? "", /remove --project shop --app web/);
});

test("findObstacles() allows one host on two paths, and its own route", () => {
  const current = aGeneration("blue");
  const options = { ...current.options, path: "/api" };
  const other = { ...aRoute({ ...current, options }), project: "shop" };
  assert.deepEqual(obstacles(resolved(), aServer([], [other])), []);
  assert.deepEqual(obstacles(resolved(), aServer([aReplica("blue")], [aRoute(current)])), []);
});

test("findObstacles() allows one app for every host alone", () => {
  const everyHost = { ...anApp(), proxy: { ...anApp().proxy!, hosts: [] } };
  const current = aGeneration("blue");
  const options = { ...current.options, hosts: [] };
  const other = { ...aRoute({ ...current, options }), project: "shop" };
  assert.match(messages(resolved(everyHost), aServer([], [other])).join(), /^every host already/);
});

test("findObstacles() refuses a name that another project's container has", () => {
  const taken = { ...aReplica("blue", { project: "other", app: "site-blog" }), name: "blog-blue" };
  assert.deepEqual(messages(resolved(), aServer([taken])), [
    'A container of project "other" is already called blog-blue on server',
  ]);
});

test("findObstacles() tells all of them at once", () => {
  const app = resolved(anApp(), anImage({ architecture: "arm64" }));
  assert.equal(obstacles(app, aServer([], [], { proxy: { kind: "absent" } })).length, 2);
});
