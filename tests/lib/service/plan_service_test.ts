import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { withoutValues } from "../../../lib/plan/without_values.ts";
import { formatServicePlan } from "../../../lib/service/format_service_plan.ts";
import { planNothing, planService } from "../../../lib/service/plan_service.ts";
import type { ResolvedService, ServiceDecision, ServicePlan } from "../../../lib/service/types.ts";
import { anImage, aServer, NEW } from "../../fixtures/server_state.ts";
import { aService, aServiceContainer } from "../../fixtures/service_state.ts";

const CAUSES = ["environment changed"];
const image = anImage({ id: "sha256:postgres" });

type Change = Exclude<ServiceDecision, { readonly action: "none" }>;

function planFor(decision: Change, service: ResolvedService = aService()): ServicePlan {
  const input = { service, server: aServer([]), deployment: NEW };
  return planService(decision, input, { image, name: "db" });
}

function undoKinds({ undo }: ServicePlan): readonly string[] {
  return undo.commit.map(({ kind }) => kind);
}

test("planService() creates a service, and lets Docker start it again only when it passed", () => {
  const plan = planFor({ action: "create", causes: ["it is not there"] });
  assert.equal(
    formatServicePlan(plan),
    `[server] service db: to be created: it is not there
  prepare
    create-service     db
  commit
    start-service      db
    check-health       db: runs 5 s, at most 60 s
    set-restart-policy db: always`,
  );
  assert.deepEqual(undoKinds(plan), ["remove-container"]);
});

test("planService() replaces a service, so that never two run, and none is lost", () => {
  const plan = planFor({ action: "replace", current: aServiceContainer(), causes: CAUSES });
  assert.equal(
    formatServicePlan(plan),
    `[server] service db: to be replaced, with a gap: environment changed
  prepare
    create-service     db.next
  commit
    stop-container     db: SIGTERM, at most 30 s
    set-restart-policy db: no
    start-service      db.next
    check-health       db.next: runs 5 s, at most 60 s
    set-restart-policy db.next: always
  cleanup
    remove-service     db, not its volumes
    rename-service     db.next to db`,
  );
  assert.deepEqual(plan.undo.prepare.map(({ kind }) => kind), ["remove-container"]);
  assert.deepEqual(undoKinds(plan), ["put-back"]);
});

test("planService() waits for the HEALTHCHECK of a container that is put back", () => {
  const containers = [
    aServiceContainer(),
    aServiceContainer({ health: "healthy", healthCheckIntervalMs: 20_000 }),
  ];
  const [plain, checked] = containers.map(
    (current) => planFor({ action: "replace", current, causes: CAUSES }).undo.commit[0],
  );
  assert.ok(plain?.kind === "put-back" && checked?.kind === "put-back");
  assert.equal(plain.healthyWithinMs, undefined);
  assert.equal(checked.healthyWithinMs, 80_000);
});

test("planService() keeps the name that a service got where its own was taken", () => {
  const current = aServiceContainer({ name: "site-db" });
  const text = formatServicePlan(planFor({ action: "replace", current, causes: CAUSES }));
  assert.match(text, /create-service +site-db\.next\n/);
  assert.match(text, /rename-service +site-db\.next to site-db$/);
});

test("planService() asks the image's HEALTHCHECK, from its first interval on", () => {
  const checked = anImage({ hasHealthCheck: true, healthCheckIntervalMs: 30_000 });
  const input = { service: aService(), server: aServer([]), deployment: NEW };
  const plan = planService({ action: "create", causes: ["x"] }, input, {
    image: checked,
    name: "db",
  });
  assert.match(formatServicePlan(plan), /db: the image's HEALTHCHECK, at most 90 s/);
});

test("planService() starts what stands still, and undoes nothing", () => {
  const current = aServiceContainer({ status: "exited" });
  const plan = planFor({ action: "start", current, causes: ["it is exited"] });
  assert.deepEqual(plan.steps.map(({ kind }) => kind), ["start-service", "check-health"]);
  assert.deepEqual(plan.undo, { prepare: [], commit: [] });
});

test("planService() finishes a replacement only after the successor's check", () => {
  const next = aServiceContainer({ name: "db.next", restartPolicy: "no" });
  const current = aServiceContainer({ status: "exited", restartPolicy: "no" });
  const base = { action: "repair", by: "finish", next, causes: ["interrupted"] } as const;
  const open = planFor({ ...base, current, passed: false });
  assert.deepEqual(open.steps.map(({ kind }) => kind), [
    "check-health",
    "set-restart-policy",
    "remove-service",
    "rename-service",
  ]);
  assert.deepEqual(undoKinds(open), ["put-back"]);
  assert.equal(open.incomplete, true);
  const passed = planFor({ ...base, current, passed: true });
  assert.deepEqual(passed.steps.map(({ kind }) => kind), ["remove-service", "rename-service"]);
  const alone = planFor({ ...base, passed: true });
  assert.deepEqual(alone.steps.map(({ kind }) => kind), ["rename-service"]);
});

test("planService() waits for the end of a container that may be about to end, and starts it again", () => {
  const next = aServiceContainer({ name: "db.next", status: "created", restartPolicy: "no" });
  const base = { action: "repair", by: "put-back", next, causes: ["interrupted"] } as const;
  const kinds = (current: Parameters<typeof aServiceContainer>[0]) =>
    planFor({ ...base, current: aServiceContainer(current) }).steps.map(({ kind }) => kind);
  assert.deepEqual(kinds({ status: "exited" }), ["put-back"]);
  for (const status of ["running", "restarting"] as const) {
    assert.deepEqual(kinds({ status }), ["stop-container", "put-back"]);
  }
});

test("planService() gives a service its alias, no address, and its predecessor's unnamed volumes", () => {
  const service = aService({
    volumes: [{ kind: "relative", source: "conf", path: "/etc/db", readOnly: true }],
    ports: [{ hostAddress: "127.0.0.1", hostPort: 5432, containerPort: 5432, protocol: "tcp" }],
    memoryBytes: 1024,
  });
  const hex = "0".repeat(64);
  const current = aServiceContainer({
    volumes: [
      { name: hex, path: "/data", anonymous: true },
      { name: "1".repeat(64), path: "/etc/db", anonymous: true },
      { name: "shared", path: "/shared", anonymous: false },
    ],
  });
  const plan = planFor({ action: "replace", current, causes: CAUSES }, service);
  const [spec] = plan.steps.flatMap((step) => step.kind === "create-service" ? [step.spec] : []);
  assert.deepEqual(spec, {
    name: "db.next",
    image: "sha256:postgres",
    labels: {
      "luma.project": "site",
      "luma.service": "db",
      "luma.deployment": NEW,
      "luma.image": "postgres:17",
      "luma.config-hash": service.configHash,
    },
    network: "site-network",
    aliases: ["db"],
    restart: "no",
    environment: {},
    secrets: {},
    volumes: ["/var/lib/luma/volumes/site/conf:/etc/db:ro", `${hex}:/data`],
    ports: ["127.0.0.1:5432:5432/tcp"],
    memoryBytes: 1024,
    stopTimeoutMs: 30_000,
  });
});

test("a service's plan prints no secret", () => {
  const service = aService({ secrets: { PASSWORD: new Secret("hunter2") } });
  const plan = planFor({ action: "create", causes: ["x"] }, service);
  assert.doesNotMatch(JSON.stringify(withoutValues(plan)), /hunter2/);
  assert.deepEqual(plan.secrets?.map((secret) => secret.reveal()), ["hunter2"]);
});

test("formatServicePlan() says what is left as it is, and what to type", () => {
  const input = { service: aService(), server: aServer([]), deployment: NEW };
  assert.equal(
    formatServicePlan(planNothing(input, CAUSES)),
    "[server] service db: left as it is, though environment changed; to apply that: luma deploy db",
  );
  assert.equal(formatServicePlan(planNothing(input, [])), "[server] service db: nothing to do");
});
