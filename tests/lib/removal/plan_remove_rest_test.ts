import assert from "node:assert/strict";
import { test } from "node:test";
import { findReturned, planRemoveRest } from "../../../lib/removal/plan_remove_rest.ts";
import type { RemoveStep } from "../../../lib/removal/types.ts";
import { aReplica, aServer } from "../../fixtures/server_state.ts";

const ROOT = "/var/lib/luma/volumes/site";
const BASE = { phase: "cleanup", cause: "removed" } as const;
const VOLUME: RemoveStep = { ...BASE, kind: "remove-volume", volume: "data" };
const FOLDER: RemoveStep = { ...BASE, kind: "remove-folder", path: ROOT };
const NETWORK: RemoveStep = { ...BASE, kind: "remove-network", network: "site-network" };
const NOTHING = { images: [], receipts: [], volumes: ["data"], mounts: [] } as const;

test("findReturned() finds what was deployed again: what was named, or all of the project", () => {
  const state = aServer([aReplica("blue"), aReplica("blue", { app: "shop", project: "other" })]);
  const found = (name: string, all: boolean) =>
    findReturned(state, { project: "site", parts: [{ kind: "app", name }], all });
  assert.deepEqual(found("blog", false), ["blog-blue"]);
  assert.deepEqual(found("old", false), []);
  assert.deepEqual(found("old", true), ["blog-blue"]);
  assert.deepEqual(findReturned(aServer([]), { project: "site", parts: [], all: true }), []);
});

test("planRemoveRest() still does what was agreed to, where nobody uses it", () => {
  const network = { ...aServer([]).network, attached: [] };
  const state = { ...aServer([]), network } as ReturnType<typeof aServer>;
  const agreed = [VOLUME, FOLDER, NETWORK];
  const rest = planRemoveRest(agreed, { state, traces: NOTHING, project: "site" });
  assert.deepEqual(rest, { steps: agreed, kept: [] });
});

test("planRemoveRest() leaves what somebody uses by now, and says who", () => {
  const empty = aServer([]);
  const attached = [{ id: "x", name: "adminer", address: "" }];
  const state = { ...empty, network: { ...empty.network, attached } } as typeof empty;
  const mounts = [
    { container: "stranger", kind: "volume", source: "data" },
    { container: "stranger", kind: "bind", source: `${ROOT}/pg` },
  ] as const;
  const traces = { ...NOTHING, mounts };
  const agreed = [VOLUME, FOLDER, NETWORK];
  assert.deepEqual(planRemoveRest(agreed, { state, traces, project: "site" }), {
    steps: [],
    kept: [
      "volume data: container stranger uses it",
      `folder ${ROOT}: container stranger uses it`,
      "network site-network: adminer uses it",
    ],
  });
});
