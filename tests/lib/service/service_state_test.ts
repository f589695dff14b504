import assert from "node:assert/strict";
import { test } from "node:test";
import {
  finalName,
  listServices,
  nextName,
  readServiceState,
} from "../../../lib/service/service_state.ts";
import { aReplica } from "../../fixtures/server_state.ts";
import { aService, aServiceContainer } from "../../fixtures/service_state.ts";

test("readServiceState() goes by labels, and tells a successor by its name", () => {
  const current = aServiceContainer({ name: "site-db" });
  const next = aServiceContainer({ name: "site-db.next" });
  const strangers = [
    aServiceContainer({ name: "db" }, { ...aService(), project: "other" }),
    aServiceContainer({ name: "cache" }, aService({ name: "cache" })),
    aReplica("blue", { app: "db" }),
  ];
  const containers = [...strangers, next, current];
  assert.deepEqual(readServiceState({ containers }, "site", "db"), { current, next });
  assert.deepEqual(readServiceState({ containers: strangers }, "site", "db"), {});
  assert.deepEqual(listServices({ containers }, "site"), ["cache", "db"]);
});

test("finalName() is what nextName() was made of, and every other name", () => {
  assert.equal(finalName({ name: nextName("site-db") }), "site-db");
  assert.equal(finalName({ name: "site-db" }), "site-db");
});
