import assert from "node:assert/strict";
import { test } from "node:test";
import { executePlan } from "../../../lib/execute/execute_plan.ts";
import {
  CleanupError,
  DeploymentError,
  PlanOutdatedError,
  SwitchedBackError,
} from "../../../lib/execute/types.ts";
import { AddressTakenError } from "../../../lib/docker/docker_error.ts";
import { planDeploy } from "../../../lib/plan/plan_deploy.ts";
import type { Plan } from "../../../lib/plan/types.ts";
import { ProxyError } from "../../../lib/proxy_client/proxy_client.ts";
import { type Answers, fakeServer } from "../../fixtures/fake_server.ts";
import {
  aGeneration,
  aReplica,
  aRoute,
  aServer,
  MIDDLE,
  NEW,
  resolved,
} from "../../fixtures/server_state.ts";

const OLD_BLUE = aServer([aReplica("blue", { imageId: "sha256:old" })], [
  aRoute(aGeneration("blue")),
]);
const PLAN: Plan = planDeploy(resolved(), OLD_BLUE, { deployment: NEW, force: false });
const UNDONE = [
  "switch-back",
  "alias blog-green=blog-green-temp",
  "drain",
  "wait 2000",
  "stop blog-green",
  "remove blog-green",
];

function signal(): AbortSignal {
  return new AbortController().signal;
}

function fail(message: string): () => never {
  return () => {
    throw new DeploymentError(message);
  };
}

async function execute(answers: Answers, plan = PLAN) {
  const server = fakeServer(answers);
  const outcome = await executePlan(plan, server.effects, signal()).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ...server, outcome };
}

test("executePlan() carries the steps out in their order", async () => {
  const { calls, outcome } = await execute({});
  assert.equal(outcome, undefined);
  assert.deepEqual(calls, [
    "create blog-green",
    "start blog-green",
    "check",
    "restart always blog-green",
    "alias blog-green=blog",
    "switch",
    "watch",
    "confirm",
    "alias blog-blue=",
    "drain",
    `tag luma/site.blog:${NEW}`,
    "prune receipts 3",
    "wait 2000",
    "stop blog-blue",
    "remove blog-blue",
  ]);
});

for (const step of ["create blog-green", "start blog-green", "check"]) {
  test(`executePlan() removes the candidate when it fails to ${step}, and touches nothing else`, async () => {
    const { calls, outcome } = await execute({ [step]: fail("no") });
    assert.ok(outcome instanceof DeploymentError);
    assert.equal(calls.at(-1), "remove blog-green");
    assert.ok(!calls.some((call) => call.includes("blog-blue") || call === "switch"));
  });
}

for (const step of ["alias blog-green=blog", "restart always blog-green"]) {
  test(`executePlan() takes everything back when it fails to ${step}, without asking the proxy to go back`, async () => {
    const { calls } = await execute({ [step]: fail("no") });
    assert.deepEqual(calls.slice(calls.indexOf(step) + 1), UNDONE.slice(1));
  });
}

test("executePlan() asks again when the answer to a switch was lost", async () => {
  let first = true;
  const { calls, outcome } = await execute({
    switch: () => {
      if (!first) return undefined;
      first = false;
      throw new ProxyError("server", { code: "no answer", message: "connection dropped" });
    },
  });
  assert.equal(outcome, undefined);
  assert.equal(calls.filter((call) => call === "switch").length, 2);
});

test("executePlan() reads the generation before it goes back from a switch without any answer", async () => {
  const lost = () => {
    throw new ProxyError("server", { code: "no answer", message: "connection dropped" });
  };
  const current = aGeneration("green", { generation: 7, deployment: NEW, seal: "watching" });
  const { calls } = await execute({ switch: lost, list: () => ({ routes: [aRoute(current)] }) });
  assert.deepEqual(calls.slice(calls.lastIndexOf("switch") + 1), ["list", ...UNDONE]);
});

test("executePlan() does not go back from a switch that never happened", async () => {
  const lost = () => {
    throw new ProxyError("server", { code: "no answer", message: "connection dropped" });
  };
  const { calls } = await execute({
    switch: lost,
    list: () => ({ routes: [aRoute(aGeneration("blue"))] }),
  });
  assert.deepEqual(calls.slice(calls.lastIndexOf("switch") + 1), ["list", ...UNDONE.slice(1)]);
});

test("executePlan() clears the candidate away when the proxy switched back by itself", async () => {
  const back = { kind: "switched back", generation: 3, reason: "6 of 8 requests failed" };
  for (const step of ["watch", "confirm"]) {
    const { calls, outcome, events } = await execute({ [step]: () => back });
    assert.ok(outcome instanceof SwitchedBackError, step);
    assert.deepEqual(calls.slice(calls.lastIndexOf(step) + 1), UNDONE.slice(1));
    assert.ok(events.some(({ kind }) => kind === "switched back"));
  }
});

test("executePlan() goes on to the cleanup when a confirm was carried out, but its answer was lost", async () => {
  const lost = () => {
    throw new ProxyError("server", { code: "no answer", message: "connection dropped" });
  };
  const sealed = aGeneration("green", { generation: 2, deployment: NEW });
  const { calls, outcome } = await execute({
    confirm: lost,
    list: () => ({ routes: [aRoute(sealed)] }),
  });
  assert.equal(outcome, undefined);
  assert.ok(calls.includes("remove blog-blue"));
  assert.ok(!calls.includes("remove blog-green"));
});

test("executePlan() undoes nothing when the cleanup fails, and says what is left", async () => {
  const { calls, outcome } = await execute({ "stop blog-blue": fail("daemon gone") });
  assert.ok(outcome instanceof CleanupError);
  assert.equal(outcome.exitCode, 4);
  assert.match(outcome.hint ?? "", /blog-blue/);
  assert.ok(!calls.includes("remove blog-green"));
});

test("executePlan() undoes everything when it is interrupted in the watch", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const server = fakeServer({
    watch: () => {
      controller.abort(interruption);
      throw interruption;
    },
  });
  await assert.rejects(executePlan(PLAN, server.effects, controller.signal), interruption);
  assert.deepEqual(server.calls.slice(server.calls.indexOf("watch") + 1), UNDONE);
});

test("executePlan() leaves the cleanup to the next run when it is interrupted there", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const server = fakeServer({ drain: () => controller.abort(interruption) });
  await assert.rejects(executePlan(PLAN, server.effects, controller.signal), interruption);
  assert.equal(server.calls.at(-1), "drain");
});

test("executePlan() asks for a new plan when another deployment took an address", async () => {
  const taken = () => {
    throw new AddressTakenError("172.18.0.2 is taken");
  };
  const { outcome, calls } = await execute({ "create blog-green": taken });
  assert.ok(outcome instanceof PlanOutdatedError);
  assert.equal(calls.at(-1), "remove blog-green");
});

test("executePlan() asks for a new plan when an interrupted deployment fails its watch now", async () => {
  const server = aServer(
    [aReplica("blue"), aReplica("green", { deployment: MIDDLE, imageId: "sha256:other" })],
    [aRoute(
      aGeneration("green", { generation: 2, deployment: MIDDLE, seal: "watched" }),
      aGeneration("blue"),
    )],
  );
  const plan = planDeploy(resolved(), server, { deployment: NEW, force: false });
  const back = { kind: "switched back", generation: 3, reason: "6 of 8 requests failed" };
  const { outcome, calls } = await execute({ confirm: () => back }, plan);
  assert.ok(outcome instanceof PlanOutdatedError);
  assert.equal(calls.at(-1), "confirm");
});

test("executePlan() waits for clients that had resolved the alias before SIGTERM", async () => {
  const { calls } = await execute({});
  assert.ok(calls.indexOf("wait 2000") < calls.indexOf("stop blog-blue"));
  assert.ok(calls.indexOf("alias blog-blue=") < calls.indexOf("wait 2000"));
});

test("executePlan() takes nothing away that may be in use, when it cannot go back", async () => {
  const { calls, events } = await execute({ watch: fail("no"), "switch-back": fail("gone") });
  assert.equal(calls.at(-1), "switch-back");
  assert.ok(
    events.some((event) => event.kind === "warning" && event.message.includes("switch-back")),
  );
});
