import assert from "node:assert/strict";
import { test } from "node:test";
import { executePlan } from "../../../lib/execute/execute_plan.ts";
import { planService } from "../../../lib/service/plan_service.ts";
import { Secret } from "../../../lib/config/secret.ts";
import { DeploymentError } from "../../../lib/execute/types.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";
import { anImage, aServer, NEW } from "../../fixtures/server_state.ts";
import { aService, aServiceContainer } from "../../fixtures/service_state.ts";

const signal = new AbortController().signal;
const input = { service: aService(), server: aServer([]), deployment: NEW };
const parts = { image: anImage(), name: "db" };
const causes = ["environment changed"];

test("executePlan() replaces a service without two of it ever running", async () => {
  const plan = planService(
    { action: "replace", current: aServiceContainer(), causes },
    input,
    parts,
  );
  const { effects, calls } = fakeServer();
  await executePlan(plan, effects, signal);
  assert.deepEqual(calls, [
    "create db.next",
    "stop db",
    "restart no db",
    "start db.next",
    "wait 5000",
    "restart always db.next",
    "remove db, not its volumes",
    "rename db.next db",
  ]);
});

test("executePlan() puts a service back when its successor fails", async () => {
  const plan = planService(
    { action: "replace", current: aServiceContainer(), causes },
    input,
    parts,
  );
  const { effects, calls } = fakeServer({
    "start db.next": () => Promise.reject(new Error("no such disk")),
  });
  await assert.rejects(executePlan(plan, effects, signal), /no such disk/);
  assert.deepEqual(calls.slice(calls.indexOf("start db.next") + 1), [
    "restart always db",
    "remove db.next, not its volumes",
    "start db",
  ]);
});

test("executePlan() waits for the end of a service whose stop was interrupted, then starts it", async () => {
  const plan = planService(
    { action: "replace", current: aServiceContainer(), causes },
    input,
    parts,
  );
  let stops = 0;
  const { effects, calls } = fakeServer({
    "stop db": () => stops++ === 0 ? Promise.reject(new Error("interrupted")) : undefined,
  });
  await assert.rejects(executePlan(plan, effects, signal), /interrupted/);
  assert.deepEqual(calls, [
    "create db.next",
    "stop db",
    "restart always db",
    "remove db.next, not its volumes",
    "stop db",
    "start db",
  ]);
});

test("executePlan() hides a service's secrets in what an error brought along", async () => {
  const service = aService({ secrets: { TOKEN: new Secret("hunter2") } });
  const current = aServiceContainer({ status: "exited" });
  const plan = planService(
    { action: "start", current, causes: ["it is exited"] },
    { ...input, service },
    parts,
  );
  const { effects } = fakeServer({
    "wait 5000": () =>
      Promise.reject(new DeploymentError("it ended", { evidence: ["said hunter2"] })),
  });
  await assert.rejects(executePlan(plan, effects, signal), ({ evidence }: DeploymentError) => {
    assert.deepEqual(evidence, ["said [secret]"]);
    return true;
  });
});

test("executePlan() leaves a service alone when its successor cannot even be created", async () => {
  const plan = planService(
    { action: "replace", current: aServiceContainer(), causes },
    input,
    parts,
  );
  const { effects, calls } = fakeServer({
    "create db.next": () => Promise.reject(new Error("bad volume")),
  });
  await assert.rejects(executePlan(plan, effects, signal), /bad volume/);
  assert.deepEqual(calls, ["create db.next", "remove db.next"]);
});

test("executePlan() hides a service's secrets in the log lines of a container it did not make", async () => {
  const service = aService({ secrets: { TOKEN: new Secret("last words") } });
  const current = aServiceContainer({ status: "exited" });
  const plan = planService(
    { action: "start", current, causes: ["it is exited"] },
    { ...input, service },
    parts,
  );
  const server = fakeServer({
    "wait 5000": () => Promise.reject(new DeploymentError("it ended")),
  });
  const docker = {
    ...server.effects.docker,
    inspectContainers: () => Promise.resolve([current]),
  };
  await assert.rejects(
    executePlan(plan, { ...server.effects, docker }, signal),
    ({ evidence }: DeploymentError) => {
      assert.deepEqual(evidence, ["db: exited with status 0", "db | [secret]"]);
      return true;
    },
  );
});
