import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppConfig } from "../../../lib/config/types.ts";
import { replicaSpec } from "../../../lib/plan/replica_spec.ts";
import { healthOptions, planCheckHealth, plannedHealth } from "../../../lib/plan/route_options.ts";
import { anApp, anImage, aWorker, NEW, resolved } from "../../fixtures/server_state.ts";

const REPLICAS = [{ name: "blog-green", address: "172.18.0.2" }];

function checked(app: AppConfig, changes: Partial<AppConfig["healthCheck"]>): AppConfig {
  return { ...app, healthCheck: { ...app.healthCheck, ...changes } };
}

const COMMAND = { command: ["ready"], timeoutMs: 2_000 } as const;

test("plannedHealth() runs the command of luma.yml, also where the image has a HEALTHCHECK", () => {
  const app = resolved(checked(aWorker(), COMMAND), anImage({ hasHealthCheck: true }));
  assert.deepEqual(plannedHealth(app), { by: "command", ...COMMAND });
});

test("plannedHealth() lets the proxy connect as well, where it serves the app", () => {
  const app = resolved(checked(anApp(), COMMAND));
  const health = plannedHealth(app);
  assert.deepEqual(health.by === "command" && health.connect, healthOptions(app));
  assert.equal(healthOptions(app).path, undefined);
});

test("healthOptions() asks for a path beside a command only where one is given", () => {
  assert.equal(healthOptions(resolved(anApp())).path, "/up");
  const both = checked(anApp(), { ...COMMAND, explicit: true, path: "/x" });
  assert.equal(healthOptions(resolved(both)).path, "/x");
});

test("planCheckHealth() gives Docker's HEALTHCHECK one interval more, and a command none", () => {
  const image = anImage({ hasHealthCheck: true, healthCheckIntervalMs: 30_000 });
  const budgetOf = (app: AppConfig) =>
    planCheckHealth(resolved(app, image), {
      phase: "prepare",
      cause: "image changed",
      deployment: NEW,
      replicas: REPLICAS,
    }).budgetMs;
  assert.equal(budgetOf(aWorker()), 40_000);
  assert.equal(budgetOf(checked(aWorker(), COMMAND)), 10_000);
});

test("replicaSpec() lets Docker go on with the command, and with nothing else", () => {
  const spec = (app: AppConfig) =>
    replicaSpec(resolved(app), {
      name: "blog-green",
      address: "172.18.0.2",
      color: "green",
      replica: 1,
      deployment: NEW,
      home: "/var/lib/luma",
    });
  assert.deepEqual(spec(checked(anApp(), COMMAND)).health, {
    ...COMMAND,
    intervalMs: 30_000,
    retries: 3,
    startPeriodMs: 0,
  });
  assert.equal(spec(anApp()).health, undefined);
});
