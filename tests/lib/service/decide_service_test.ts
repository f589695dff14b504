import assert from "node:assert/strict";
import { test } from "node:test";
import { decideService, findServiceCauses } from "../../../lib/service/decide_service.ts";
import type { ServiceDecision, ServiceState } from "../../../lib/service/types.ts";
import { aService, aServiceContainer } from "../../fixtures/service_state.ts";

const ASKED = { apply: true, force: false };
const NOT_ASKED = { apply: false, force: false };
const FORCED = { apply: true, force: true };

const CHANGED = aService({ environment: { A: "1" } });
const before = aServiceContainer();
const next = { name: "db.next", restartPolicy: "no", status: "running" } as const;
const stopped = { status: "exited", restartPolicy: "no" } as const;

/** `replace db: environment changed`. */
function words(decision: ServiceDecision): string {
  switch (decision.action) {
    case "none":
      return `none: ${decision.pending.join(", ")}`;
    case "create":
      return `create: ${decision.causes.join(", ")}`;
    case "start":
    case "replace":
      return `${decision.action} ${decision.current.name}: ${decision.causes.join(", ")}`;
    case "repair": {
      const { by, next, current } = decision;
      const check = by === "finish" && !decision.passed ? " when it passes" : "";
      return `${by} ${next.name} for ${current?.name ?? "nothing"}${check}`;
    }
  }
}

const CASES: readonly (readonly [string, Parameters<typeof decideService>, string])[] = [
  ["nothing is there", [aService(), {}, NOT_ASKED], "create: it is not there"],
  ["it runs", [aService(), { current: before }, NOT_ASKED], "none: "],
  ["it runs and is named", [aService(), { current: before }, ASKED], "none: "],
  [
    "it runs, named, by force",
    [aService(), { current: before }, FORCED],
    "replace db: asked for",
  ],
  ["it changed", [CHANGED, { current: before }, NOT_ASKED], "none: environment changed"],
  ["it changed, named", [CHANGED, { current: before }, ASKED], "replace db: environment changed"],
  [
    "somebody stopped it",
    [aService(), { current: aServiceContainer({ status: "exited" }) }, NOT_ASKED],
    "start db: it is exited",
  ],
  [
    "somebody stopped it, and it changed",
    [CHANGED, { current: aServiceContainer({ status: "exited" }) }, NOT_ASKED],
    "start db: it is exited",
  ],
  [
    "it ends again and again",
    [aService(), { current: aServiceContainer({ status: "restarting" }) }, NOT_ASKED],
    "none: ",
  ],
  [
    "it is paused",
    [aService(), { current: aServiceContainer({ status: "paused" }) }, NOT_ASKED],
    "none: ",
  ],
  [
    "the first start was interrupted before it began",
    [
      aService(),
      { current: aServiceContainer({ status: "created", restartPolicy: "no" }) },
      NOT_ASKED,
    ],
    "start db: its first start was interrupted",
  ],
  [
    "the first start was interrupted, and it changed",
    [CHANGED, { current: aServiceContainer({ restartPolicy: "no" }) }, NOT_ASKED],
    "replace db: environment changed",
  ],
  [
    "its successor was only made",
    [CHANGED, {
      current: before,
      next: aServiceContainer({ ...next, status: "created" }, CHANGED),
    }, ASKED],
    "put-back db.next for db",
  ],
  [
    "it was stopped for its successor",
    [CHANGED, {
      current: aServiceContainer({ status: "exited" }),
      next: aServiceContainer({ ...next, status: "created" }, CHANGED),
    }, ASKED],
    "put-back db.next for db",
  ],
  [
    "its successor runs, and is what luma.yml says",
    [CHANGED, {
      current: aServiceContainer(stopped),
      next: aServiceContainer(next, CHANGED),
    }, NOT_ASKED],
    "finish db.next for db when it passes",
  ],
  [
    "its successor runs, and luma.yml changed again",
    [aService({ environment: { A: "2" } }), {
      current: aServiceContainer(stopped),
      next: aServiceContainer(next, CHANGED),
    }, ASKED],
    "put-back db.next for db",
  ],
  [
    "its successor ended",
    [CHANGED, {
      current: aServiceContainer(stopped),
      next: aServiceContainer({ ...next, status: "exited" }, CHANGED),
    }, ASKED],
    "put-back db.next for db",
  ],
  [
    "both run, which somebody must have done by hand",
    [CHANGED, { current: before, next: aServiceContainer(next, CHANGED) }, ASKED],
    "put-back db.next for db",
  ],
  [
    "its successor passed its check",
    [CHANGED, {
      current: aServiceContainer(stopped),
      next: aServiceContainer({ ...next, restartPolicy: "always" }, CHANGED),
    }, NOT_ASKED],
    "finish db.next for db",
  ],
  [
    "only its successor is left",
    [CHANGED, { next: aServiceContainer({ ...next, restartPolicy: "always" }, CHANGED) }, ASKED],
    "finish db.next for nothing",
  ],
];

for (const [name, [service, state, request], expected] of CASES) {
  test(`decideService() decides "${expected}" when ${name}`, () => {
    assert.equal(words(decideService(service, state satisfies ServiceState, request)), expected);
  });
}

test("findServiceCauses() names another reference, and a built image, but no tag that moved", () => {
  const moved = aServiceContainer({ imageId: "sha256:former" });
  assert.deepEqual(findServiceCauses(aService(), moved), []);
  assert.deepEqual(findServiceCauses(aService({ image: "postgres:18" }), before), [
    "image postgres:17 → postgres:18",
  ]);
  assert.deepEqual(findServiceCauses({ ...aService(), builtImageId: "sha256:other" }, before), [
    "image changed",
  ]);
});

test("findServiceCauses() names each changed key", () => {
  const service = aService({
    command: ["postgres", "-c", "max_connections=200"],
    memoryBytes: 1,
    ports: [{ hostPort: 5432, containerPort: 5432, protocol: "tcp" }],
    volumes: [{ kind: "named", source: "data", path: "/data", readOnly: false }],
  });
  assert.deepEqual(findServiceCauses(service, before), [
    "command changed",
    "volumes changed",
    "ports changed",
    "limits changed",
  ]);
});
