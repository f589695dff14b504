import assert from "node:assert/strict";
import { test } from "node:test";
import { formatProxySettings, splitProxySettings } from "../../../lib/setup/proxy_settings.ts";
import { LIMIT_SPEC, readLimits } from "../../../proxy/cli/limit_flags.ts";
import { parseFlags } from "../../../proxy/cli/parse_flags.ts";

test("formatProxySettings() writes flags that luma-proxy understands as they were meant", () => {
  const text = formatProxySettings({
    maxConnections: 100,
    maxClientConnections: 10,
    headerTimeoutMs: 1_000,
    bodyTimeoutMs: 2_000,
    idleTimeoutMs: 3_000,
    maxHeaderBytes: 65_536,
    accessLog: true,
    metricsPort: 9_100,
  });
  const flags = parseFlags(splitProxySettings(text), { ...LIMIT_SPEC, metrics: "string" });
  assert.deepEqual(readLimits(flags), {
    maxConnections: 100,
    maxClientConnections: 10,
    headTimeoutMs: 1_000,
    bodyStallMs: 2_000,
    clientIdleMs: 3_000,
    maxHeadBytes: 65_536,
    maxTargetBytes: 8_192,
    maxWaitingBytes: 131_072,
  });
  assert.deepEqual([flags.text("access-log"), flags.text("metrics")], ["-", "0.0.0.0:9100"]);
});

test("formatProxySettings() writes nothing for what is not set", () => {
  assert.equal(formatProxySettings({}), "");
  assert.equal(formatProxySettings({ accessLog: false }), "");
  assert.deepEqual(splitProxySettings(""), []);
});
