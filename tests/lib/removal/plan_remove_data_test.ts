import assert from "node:assert/strict";
import { test } from "node:test";
import { joinUnnamed } from "../../../lib/removal/plan_remove_data.ts";
import type { RemoveStep } from "../../../lib/removal/types.ts";

const BASE = { phase: "cleanup", cause: "removed" } as const;
const UNNAMED = "f".repeat(64);
const NAMED: RemoveStep = { ...BASE, kind: "remove-volume", volume: "data" };

function removed(service: string): RemoveStep {
  return { ...BASE, kind: "remove-service", service };
}

function volume(name: string): RemoveStep {
  return { ...BASE, kind: "remove-volume", volume: name };
}

test("joinUnnamed() lets volumes without a name go with the last container that tells of them", () => {
  const other = "a".repeat(64);
  const data = [NAMED, volume(UNNAMED), volume(other)];
  assert.deepEqual(joinUnnamed([removed("db"), removed("db.next")], data), [
    removed("db"),
    {
      ...BASE,
      kind: "remove-with-volumes",
      container: "db.next",
      volumes: [UNNAMED, other],
    },
    NAMED,
  ]);
});

test("joinUnnamed() changes nothing where there is no such volume, or no container", () => {
  assert.deepEqual(joinUnnamed([removed("db")], [NAMED]), [removed("db"), NAMED]);
  assert.deepEqual(joinUnnamed([], [volume(UNNAMED)]), [volume(UNNAMED)]);
});
