import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlan } from "../../../lib/plan/format_plan.ts";
import { planDeploy } from "../../../lib/plan/plan_deploy.ts";
import type { Plan, Step } from "../../../lib/plan/types.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import {
  aGeneration,
  anApp,
  aReplica,
  aRoute,
  aServer,
  aWorker,
  MIDDLE,
  NEW,
  resolved,
} from "../../fixtures/server_state.ts";

const IN_PLACE = { ...anApp().deploy, strategy: "in-place" } as const;
const APP = resolved(anApp({ deploy: IN_PLACE }));
const WORKER = resolved(aWorker({ deploy: IN_PLACE }));
const OLD_BLUE = aServer([aReplica("blue", { imageId: "sha256:old" })], [
  aRoute(aGeneration("blue")),
]);
const HELD = aGeneration("green", {
  generation: 2,
  deployment: MIDDLE,
  endpoints: [],
  seal: "watched",
});

function planned(server: ServerState, app = APP): Plan {
  return planDeploy(app, server, { deployment: NEW, force: false });
}

function kinds(steps: readonly Step[]): readonly string[] {
  return steps.map(({ kind }) => kind);
}

test("planDeploy() in place holds requests off, stops the old color, and starts the new one", () => {
  assert.equal(
    formatPlan(planned(OLD_BLUE)),
    `[server] blog: blue → green: image changed
  in place: from hold until switch, nothing of blog serves
  prepare
    create-replica     blog-green at 172.18.0.2
  commit
    hold               new requests are answered 503
    drain              blue: requests at most 120 s, streams 0 s
    stop-container     blog-blue: SIGTERM, at most 30 s
    start-replica      blog-green
    check-health       blog-green: GET /up, at most 10 s
    set-restart-policy blog-blue: no
    set-restart-policy blog-green: always
    add-alias          blog-green: blog
    switch             requests to blog-green
    watch              at most 3 s
    confirm
  cleanup
    remove-container   blog-blue  (new color in use)
    tag-image          luma/site.blog:${NEW}
    prune              images and receipts of all but 3 former deployments`,
  );
});

test("planDeploy() in place goes back by starting the old color again", () => {
  const { undo } = planned(OLD_BLUE);
  assert.equal(
    formatPlan({ ...planned(OLD_BLUE), steps: undo.commit }).split("\n").slice(3).join("\n"),
    `    hold               new requests are answered 503  (deployment failed)
    drain              green: requests at most 120 s, streams 0 s
    stop-container     blog-green: SIGTERM, at most 30 s
    remove-container   blog-green
    set-restart-policy blog-blue: always
    start-again        blog-blue
    check-health       blog-blue: GET /up, at most 10 s
    switch-back`,
  );
  assert.deepEqual(kinds(undo.prepare), ["remove-container"]);
});

test("planDeploy() in place has nothing to stop on a first deployment, and so no gap", () => {
  const plan = planned(aServer([]));
  assert.equal(plan.gap, undefined);
  assert.deepEqual(kinds(plan.steps).slice(0, 4), [
    "create-replica",
    "start-replica",
    "check-health",
    "set-restart-policy",
  ]);
});

test("planDeploy() in place without a proxy stops, starts, and has a gap until it is healthy", () => {
  const server = aServer([
    aReplica("blue", { imageId: "sha256:old", configHash: WORKER.configHash }),
  ]);
  const plan = planned(server, WORKER);
  assert.deepEqual(plan.gap, { from: "stop-container", until: ["check-health"] });
  assert.deepEqual(kinds(plan.steps), [
    "create-replica",
    "stop-container",
    "start-replica",
    "check-health",
    "set-restart-policy",
    "set-restart-policy",
    "add-alias",
    "watch",
    "remove-container",
    "tag-image",
    "prune",
  ]);
  assert.deepEqual(kinds(plan.undo.commit), [
    "stop-container",
    "remove-container",
    "set-restart-policy",
    "start-again",
    "check-health",
  ]);
});

test("planDeploy() in place lets no proxy go back by itself to a color that does not run", () => {
  for (const step of planned(OLD_BLUE).steps) {
    if (step.kind !== "hold" && step.kind !== "switch") continue;
    assert.equal(step.watch?.minFailures, Number.MAX_SAFE_INTEGER);
  }
  const watch = planned(OLD_BLUE).steps.find(({ kind }) => kind === "watch");
  assert.deepEqual(watch?.kind === "watch" && watch.limits, {
    minFailures: 5,
    minShare: 0.2,
    oldShare: 0,
  });
});

test("planDeploy() in place goes back from a hold that an interrupted deployment left", () => {
  for (const status of ["created", "running"] as const) {
    const plan = planned(aServer(
      [
        aReplica("blue", { imageId: "sha256:old" }),
        aReplica("green", { deployment: MIDDLE, alias: false, status }),
      ],
      [aRoute(HELD, aGeneration("blue"))],
    ));
    assert.deepEqual(kinds(plan.steps), ["switch-back"]);
    assert.equal(plan.incomplete, true);
  }
});

test("planDeploy() in place ends a candidate that runs before another one is made", () => {
  const server = aServer([
    aReplica("blue", { status: "exited", configHash: WORKER.configHash }),
    aReplica("green", { deployment: MIDDLE, alias: false, configHash: WORKER.configHash }),
  ]);
  const plan = planned(server, WORKER);
  assert.deepEqual(plan.causes, ["1 of 1 replicas not running"]);
  assert.deepEqual(kinds(plan.steps).slice(0, 4), [
    "stop-container",
    "remove-container",
    "create-replica",
    "stop-container",
  ]);
});

test("planDeploy() in place keeps the new color that came into use, and removes the stopped one", () => {
  const server = aServer([
    aReplica("blue", { status: "exited", configHash: WORKER.configHash }),
    aReplica("green", { deployment: MIDDLE, configHash: WORKER.configHash }),
  ]);
  const plan = planned(server, WORKER);
  assert.equal(plan.from, "green");
  assert.deepEqual(kinds(plan.steps), ["tag-image", "prune", "remove-container"]);
});

test("planDeploy() in place makes no route to the old color where the proxy never had one", () => {
  const plan = planned(aServer([aReplica("blue", { imageId: "sha256:old" })]));
  assert.ok(!kinds(plan.steps).includes("hold"));
  assert.equal(kinds(plan.undo.commit)[0], "switch-back");
  assert.deepEqual(plan.gap, { from: "stop-container", until: ["switch", "check-health"] });
});
