import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEngine, parseReclaimable } from "../../../lib/docker/inspect_engine.ts";

test("parseEngine() reads how an engine is set up", () => {
  const info = {
    Driver: "overlay2",
    LiveRestoreEnabled: true,
    LoggingDriver: "journald",
    Warnings: ["WARNING: bridge-nf-call-iptables is disabled"],
  };
  assert.deepEqual(parseEngine(JSON.stringify(info)), {
    storageDriver: "overlay2",
    liveRestore: true,
    loggingDriver: "journald",
    warnings: ["bridge-nf-call-iptables is disabled"],
  });
});

test("parseReclaimable() reads what images take that nobody uses", () => {
  const line = (size: string) =>
    `{"Type":"Images","Reclaimable":"${size}"}\n{"Type":"Containers"}\n`;
  assert.deepEqual(parseReclaimable(line("181.3MB (61%)")), { reclaimableBytes: 181.3e6 });
  assert.deepEqual(parseReclaimable(line("0B")), { reclaimableBytes: 0 });
  assert.deepEqual(parseReclaimable(line("2.5GB")), { reclaimableBytes: 2.5e9 });
  assert.deepEqual(parseReclaimable(""), {});
});
