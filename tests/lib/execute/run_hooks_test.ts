import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import { executePlan } from "../../../lib/execute/execute_plan.ts";
import { DeploymentError, type Effects } from "../../../lib/execute/types.ts";
import { planDeploy } from "../../../lib/plan/plan_deploy.ts";
import type { Plan } from "../../../lib/plan/types.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";
import {
  aGeneration,
  anApp,
  aReplica,
  aRoute,
  aServer,
  NEW,
  resolved,
} from "../../fixtures/server_state.ts";

const OLD_BLUE = aServer([aReplica("blue", { imageId: "sha256:old" })], [
  aRoute(aGeneration("blue")),
]);

function plan(server = OLD_BLUE, app = resolved()): Plan {
  return planDeploy(app, server, { deployment: NEW, force: false });
}

/** Carries a plan out on a fake server, which writes down when hooks are called. */
async function execute(hooks: Partial<Effects>, options: {
  readonly what?: Plan;
  readonly signal?: AbortSignal;
} = {}) {
  const server = fakeServer();
  const { what = plan(), signal = new AbortController().signal } = options;
  const noted = Object.fromEntries(
    (["beforeCommit", "beforeConfirm"] as const).map((name) => [
      name,
      async (...args: Parameters<NonNullable<Effects["beforeCommit"]>>) => {
        await server.effects.pruneReceipts(0, args[1]);
        await hooks[name]?.(...args);
      },
    ]),
  );
  const effects = { ...server.effects, ...hooks, ...noted };
  const outcome = await executePlan(what, effects, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ...server, outcome, at: findHooks(server.calls) };
}

const HOOK = "prune receipts 0";

/** What was called just before each hook. */
function findHooks(calls: readonly string[]): readonly string[] {
  return calls.flatMap((call, index) => call === HOOK ? [calls[index - 1] ?? ""] : []);
}

test("executePlan() calls the checks after the health check, and after the watch", async () => {
  const { calls, at, outcome } = await execute({});
  assert.equal(outcome, undefined);
  assert.deepEqual(at, ["check", "watch"]);
  assert.ok(calls.indexOf("watch") < calls.indexOf("confirm"));
});

test("executePlan() calls no check where nothing new comes into use", async () => {
  const unchanged = aServer([aReplica("blue")], [aRoute(aGeneration("blue"))]);
  const { calls } = await execute({}, { what: plan(unchanged) });
  assert.deepEqual(calls, []);
});

test("executePlan() calls the check before the confirm of an app without a proxy, too", async () => {
  const { proxy: _none, ...config } = anApp({});
  const app = resolved(config);
  const { port: _port, ...unrouted } = app;
  const { at, outcome } = await execute({}, { what: plan(aServer([], []), unrouted) });
  assert.equal(outcome, undefined);
  assert.equal(at.length, 2);
});

test("executePlan() removes the new color when the check before the switch throws", async () => {
  const cause = new Error("the login page is empty");
  const { calls, outcome } = await execute({ beforeCommit: () => Promise.reject(cause) });
  assert.ok(outcome instanceof DeploymentError);
  assert.match(outcome.message, /check before the switch of "blog".*: the login page is empty$/);
  assert.equal(outcome.cause, cause);
  assert.deepEqual(calls.slice(calls.indexOf(HOOK) + 1), ["remove blog-green"]);
});

test("executePlan() switches back when the check before the confirm throws", async () => {
  const { calls, outcome } = await execute({
    beforeConfirm: () => Promise.reject(new LumaError("too slow", { hint: "Make it fast" })),
  });
  assert.ok(outcome instanceof DeploymentError);
  assert.equal(outcome.hint, "Make it fast");
  assert.equal(outcome.exitCode, 3);
  const undone = calls.slice(calls.indexOf(HOOK, calls.indexOf(HOOK) + 1) + 1);
  assert.equal(undone[0], "switch-back");
  assert.equal(undone.at(-1), "remove blog-green");
  assert.ok(!calls.includes("confirm"));
});

test("executePlan() ends a check that waits when a new replica exits", async () => {
  const { docker } = fakeServer().effects;
  let watches = 0;
  const { outcome } = await execute({
    docker: {
      ...docker,
      watchExits: (_label, { onExit, signal }) => {
        watches += 1;
        // The health check watches first; by then the replica still runs.
        if (watches > 1) onExit({ name: "blog-green", exitCode: 9 });
        return new Promise((ended) => signal.addEventListener("abort", () => ended()));
      },
    },
    beforeCommit: () => new Promise(() => {}),
  });
  assert.ok(outcome instanceof DeploymentError);
  assert.match(outcome.message, /blog-green.* exited with status 9/);
});

test("executePlan() ends a check that does not listen when it is interrupted", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const { calls, outcome } = await execute({
    beforeCommit: () => {
      controller.abort(interruption);
      return new Promise(() => {});
    },
  }, { signal: controller.signal });
  assert.equal(outcome, interruption);
  assert.equal(calls.at(-1), "remove blog-green");
});
