import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlan } from "../../../lib/plan/format_plan.ts";
import { planDeploy } from "../../../lib/plan/plan_deploy.ts";
import type { Plan } from "../../../lib/plan/types.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import {
  aGeneration,
  anApp,
  anImage,
  aReplica,
  aRoute,
  aServer,
  aWorker,
  MIDDLE,
  NEW,
  OLD,
  resolved,
} from "../../fixtures/server_state.ts";

function planned(app: Parameters<typeof planDeploy>[0], server: ServerState, force = false): Plan {
  return planDeploy(app, server, { deployment: NEW, force });
}

function kinds(plan: Plan): readonly string[] {
  return plan.steps.map(({ kind }) => kind);
}

const RUNNING = aServer([aReplica("blue")], [aRoute(aGeneration("blue"))]);

test("planDeploy() deploys blue first, and leaves nothing to clear away", () => {
  assert.equal(
    formatPlan(planned(resolved(), aServer([]))),
    `[server] blog: nothing → blue: first deployment
  prepare
    create-replica     blog-blue at 172.18.0.2
    start-replica      blog-blue
    check-health       blog-blue: GET /up, at most 10 s
  commit
    set-restart-policy blog-blue: always
    add-alias          blog-blue: blog
    switch             requests to blog-blue
    watch              at most 3 s
    confirm
  cleanup
    tag-image          luma/site.blog:${NEW}  (new color in use)
    prune              images and receipts of all but 3 former deployments`,
  );
});

test("planDeploy() goes from blue to green when the image changed, and retires blue after the confirm", () => {
  const server = aServer([aReplica("blue", { imageId: "sha256:old" })], [
    aRoute(aGeneration("blue")),
  ]);
  assert.equal(
    formatPlan(planned(resolved(), server)),
    `[server] blog: blue → green: image changed
  prepare
    create-replica     blog-green at 172.18.0.2
    start-replica      blog-green
    check-health       blog-green: GET /up, at most 10 s
  commit
    set-restart-policy blog-green: always
    add-alias          blog-green: blog
    switch             requests to blog-green
    watch              at most 3 s
    confirm
  cleanup
    drop-alias         blog-blue: no alias  (new color in use)
    drain              blue: requests at most 120 s, streams 10 s
    tag-image          luma/site.blog:${NEW}
    prune              images and receipts of all but 3 former deployments
    stop-container     blog-blue: SIGTERM, at most 30 s
    remove-container   blog-blue`,
  );
});

test("planDeploy() plans nothing when what runs is what luma.yml says", () => {
  const plan = planned(resolved(), RUNNING);
  assert.deepEqual(plan.steps, []);
  assert.deepEqual(plan.causes, []);
});

test("planDeploy() with force deploys although nothing changed", () => {
  assert.deepEqual(planned(resolved(), RUNNING, true).causes, ["forced"]);
});

for (
  const [what, server, app, cause] of [
    [
      "a changed variable",
      RUNNING,
      anApp({ environment: { MODE: "prod" } }),
      "environment changed",
    ],
    [
      "a changed host",
      RUNNING,
      anApp({ proxy: { ...anApp().proxy!, hosts: ["b.com"] } }),
      "proxy changed",
    ],
    ["another replica count", RUNNING, anApp({ replicas: 3 }), "replicas 1 → 3"],
    [
      "a replica that ended",
      aServer([aReplica("blue", { status: "exited" })], [aRoute(aGeneration("blue"))]),
      anApp(),
      "1 of 1 replicas not running",
    ],
    [
      "an active color whose containers are gone",
      aServer([], [aRoute(aGeneration("blue"))]),
      anApp(),
      "no replica left",
    ],
    [
      "a proxy that sends requests to other addresses",
      aServer([aReplica("blue", { address: "172.18.0.99" })], [aRoute(aGeneration("blue"))]),
      anApp(),
      "the proxy sends requests elsewhere",
    ],
  ] as const
) {
  test(`planDeploy() deploys for ${what}`, () => {
    assert.deepEqual(planned(resolved(app), server).causes, [cause]);
  });
}

test("planDeploy() starts all replicas at once, each with its own address and name", () => {
  const plan = planned(resolved(anApp({ replicas: 3 })), RUNNING);
  const specs = plan.steps.flatMap((step) => step.kind === "create-replica" ? [step.spec] : []);
  assert.deepEqual(specs.map(({ name }) => name), ["blog-green-1", "blog-green-2", "blog-green-3"]);
  assert.equal(new Set(specs.map(({ address }) => address)).size, 3);
  assert.deepEqual(specs[0]?.aliases, ["blog-green-temp"]);
  assert.equal(specs[0]?.restart, "no");
});

test("planDeploy() removes a candidate that was never switched to, and changes nothing else", () => {
  const server = aServer(
    [aReplica("blue"), aReplica("green", { deployment: MIDDLE, alias: false })],
    [aRoute(aGeneration("blue"))],
  );
  assert.equal(
    formatPlan(planned(resolved(), server)),
    `[server] blog (blue): to be repaired
  prepare
    remove-container   blog-green  (left by an interrupted deployment)`,
  );
});

test("planDeploy() retires an old color whose successor was confirmed", () => {
  const server = aServer(
    [aReplica("blue"), aReplica("green", { deployment: MIDDLE })],
    [aRoute(aGeneration("green", { generation: 2, deployment: MIDDLE }))],
  );
  assert.deepEqual(kinds(planned(resolved(), server)), [
    "drop-alias",
    "drain",
    "tag-image",
    "prune",
    "stop-container",
    "remove-container",
  ]);
});

test("planDeploy() retires an old color that lost its alias already, without dropping it again", () => {
  const server = aServer(
    [aReplica("blue", { alias: false }), aReplica("green", { deployment: MIDDLE })],
    [aRoute(aGeneration("green", { generation: 2, deployment: MIDDLE }))],
  );
  assert.deepEqual(kinds(planned(resolved(), server)), [
    "drain",
    "tag-image",
    "prune",
    "stop-container",
    "remove-container",
  ]);
});

test("planDeploy() lets an unconfirmed successor pass its watch before the old color goes", () => {
  const server = aServer(
    [aReplica("blue"), aReplica("green", { deployment: MIDDLE })],
    [aRoute(
      aGeneration("green", { generation: 2, deployment: MIDDLE, seal: "watching" }),
      aGeneration("blue"),
    )],
  );
  assert.deepEqual(kinds(planned(resolved(), server)).slice(0, 3), [
    "watch",
    "confirm",
    "drop-alias",
  ]);
});

test("planDeploy() goes back first when the unconfirmed successor does not run, and plans anew then", () => {
  const server = aServer(
    [aReplica("blue"), aReplica("green", { deployment: MIDDLE, status: "exited" })],
    [aRoute(
      aGeneration("green", { generation: 2, deployment: MIDDLE, seal: "watched" }),
      aGeneration("blue"),
    )],
  );
  const plan = planned(resolved(), server);
  assert.deepEqual(kinds(plan), ["switch-back"]);
  assert.equal(plan.incomplete, true);
});

test("planDeploy() drains a candidate that was switched to and switched back", () => {
  const server = aServer(
    [aReplica("blue"), aReplica("green", { deployment: MIDDLE, alias: false })],
    [
      aRoute(aGeneration("blue", {
        generation: 3,
        switchedBackFrom: {
          generation: 2,
          deployment: MIDDLE,
          color: "green",
          reason: "5 of 6 failed",
        },
      })),
    ],
  );
  assert.deepEqual(kinds(planned(resolved(), server)), [
    "drain",
    "tag-image",
    "prune",
    "stop-container",
    "remove-container",
  ]);
});

test("planDeploy() gives a proxy that lost its state the route back, after a health check", () => {
  const plan = planned(resolved(), aServer([aReplica("blue")]));
  assert.deepEqual(kinds(plan), ["check-health", "switch"]);
  assert.equal(plan.to, undefined);
});

test("planDeploy() removes what a first deployment left that never ran", () => {
  const server = aServer([aReplica("blue", { status: "created", alias: false })]);
  const plan = planned(resolved(), server);
  assert.equal(plan.to, "blue");
  assert.deepEqual(kinds(plan).slice(0, 2), ["remove-container", "create-replica"]);
});

test("planDeploy() switches an app without proxy by its alias alone", () => {
  const server = aServer([
    aReplica("blue", { imageId: "sha256:old", configHash: resolved(aWorker()).configHash }),
  ]);
  const plan = planned(resolved(aWorker()), server);
  assert.deepEqual(plan.causes, ["image changed"]);
  assert.deepEqual(kinds(plan), [
    "create-replica",
    "start-replica",
    "check-health",
    "set-restart-policy",
    "add-alias",
    "watch",
    "drop-alias",
    "tag-image",
    "prune",
    "stop-container",
    "remove-container",
  ]);
});

test("planDeploy() checks an app without proxy by its HEALTHCHECK, or that it keeps running", () => {
  const health = (hasHealthCheck: boolean) =>
    planned(resolved(aWorker(), anImage({ hasHealthCheck })), aServer([])).steps
      .flatMap((step) => step.kind === "check-health" ? [step.health.by] : []);
  assert.deepEqual(health(true), ["docker"]);
  assert.deepEqual(health(false), ["running"]);
});

test("planDeploy() takes the route from an app that lost its proxy section", () => {
  const worker = resolved(aWorker());
  const server = aServer([aReplica("blue")], [aRoute(aGeneration("blue"))]);
  assert.deepEqual(kinds(planned(worker, server)).slice(6, 10), [
    "drop-alias",
    "hold",
    "drain",
    "remove-route",
  ]);
});

test("planDeploy() never unplugs a replica of the only color in use", () => {
  for (const server of [RUNNING, aServer([aReplica("blue")])]) {
    const unplugged = planned(resolved(anApp({ replicas: 2 })), server).steps
      .filter(({ kind, phase }) => kind === "drop-alias" && phase !== "cleanup");
    assert.deepEqual(unplugged, []);
  }
});

test("planDeploy() does not choose the address of a stopped container, or of another app", () => {
  const server = aServer([
    aReplica("blue", { address: "172.18.0.2", status: "exited", alias: false, deployment: OLD }),
    aReplica("blue", { app: "api", address: "172.18.0.3" }),
  ]);
  const [spec] = planned(resolved(), server).steps.flatMap((step) =>
    step.kind === "create-replica" ? [step.spec] : []
  );
  assert.equal(spec?.address, "172.18.0.4");
});

test("planDeploy() begins apart for each seed, so that deployments at one time rarely want one address", () => {
  const addresses = ["site/blog", "site/shop", "site/wiki", NEW].map((addressSeed) => {
    const plan = planDeploy(resolved(), aServer([]), {
      deployment: NEW,
      force: false,
      addressSeed,
    });
    const [spec] = plan.steps.flatMap((step) => step.kind === "create-replica" ? [step.spec] : []);
    return spec?.address;
  });
  assert.equal(new Set(addresses).size, 4);
  assert.ok(
    addresses.every((address) => /^172\.18\.(\d|\d\d|1[01]\d|12[0-7])\.\d+$/.test(address ?? "")),
  );
});

test("planDeploy() puts the project in front of names that another project has as well", () => {
  const server = aServer([aReplica("blue", { project: "other" })]);
  const [spec] = planned(resolved(), server).steps.flatMap((step) =>
    step.kind === "create-replica" ? [step.spec] : []
  );
  assert.equal(spec?.name, "site-blog-blue");
});

test("planDeploy() undoes a commit in the order that costs no request", () => {
  const { undo } = planned(resolved(), aServer([]));
  assert.deepEqual(undo.prepare.map(({ kind }) => kind), ["remove-container"]);
  assert.deepEqual(undo.commit.map(({ kind }) => kind), [
    "switch-back",
    "drop-alias",
    "drain",
    "stop-container",
    "remove-container",
  ]);
});

test("planDeploy() refuses a network without an address plan, and says what to do", () => {
  const { network, ...server } = aServer([]);
  const { subnet: _subnet, ...bare } = network!;
  assert.throws(
    () => planned(resolved(), { ...server, network: bare }),
    /made by another program, without a range of addresses/,
  );
});
