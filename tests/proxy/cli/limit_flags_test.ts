import assert from "node:assert/strict";
import { test } from "node:test";
import {
  LIMIT_SPEC,
  limitWords,
  readAccessLog,
  readLimits,
} from "../../../proxy/cli/limit_flags.ts";
import { type Flags, parseFlags } from "../../../proxy/cli/parse_flags.ts";
import { runCli } from "./run_cli.ts";

function flagsOf(...args: readonly string[]): Flags {
  return parseFlags(args, LIMIT_SPEC);
}

test("readLimits() reads every flag, and sets nothing that is not given", () => {
  assert.deepEqual(readLimits(flagsOf()), {});
  assert.deepEqual(
    readLimits(flagsOf(
      ...["--max-connections=5", "--max-client-connections=0", "--max-connection-requests=7"],
      ...["--header-timeout=1s", "--body-timeout=250ms", "--idle-timeout=1m", "--max-headers=9"],
    )),
    {
      maxConnections: 5,
      maxClientConnections: Infinity,
      maxConnectionRequests: 7,
      headTimeoutMs: 1_000,
      bodyStallMs: 250,
      clientIdleMs: 60_000,
      maxFields: 9,
    },
  );
});

test("readLimits() keeps the limits of a target and of what waits in proportion to a head", () => {
  assert.deepEqual(readLimits(flagsOf("--max-header-size=2k")), {
    maxHeadBytes: 2_048,
    maxTargetBytes: 1_024,
    maxWaitingBytes: 65_536,
  });
  assert.deepEqual(readLimits(flagsOf("--max-header-size=1m")), {
    maxHeadBytes: 1_048_576,
    maxTargetBytes: 8_192,
    maxWaitingBytes: 2_097_152,
  });
});

for (
  const [flag, message] of [
    ["--max-connections=many", '--max-connections: expected a whole number, found "many"'],
    ["--max-connections=1k", '--max-connections: expected a whole number, found "1k"'],
    ["--max-header-size=1", '--max-header-size: expected 1024 to 1048576, found "1"'],
    ["--max-header-size=2g", '--max-header-size: expected a size such as 16k, found "2g"'],
    ["--max-headers=0", '--max-headers: expected 1 to 10000, found "0"'],
    ["--idle-timeout=9", '--idle-timeout: expected a duration like 250ms, 5s or 2m, found "9"'],
    ["--access-log-query", "--access-log-query: --access-log is missing"],
    ["--access-log=", "--access-log: expected a file, or -"],
    [
      "--metrics=9100",
      '--metrics: expected an address and a port such as 127.0.0.1:9100, found "9100"',
    ],
    [
      "--metrics=localhost:9100",
      '--metrics: expected an address and a port such as 127.0.0.1:9100, found "localhost:9100"',
    ],
  ] as const
) {
  test(`luma-proxy run ${flag} says what is wrong, and starts nothing`, async () => {
    const { code, stderr } = await runCli(["run", flag]);
    assert.equal(code, 2);
    assert.ok(stderr.includes(message), stderr);
  });
}

test("limitWords() gives a worker what the proxy was given", () => {
  const args = ["--max-headers=9", "--access-log=-", "--access-log-query"];
  assert.deepEqual(limitWords(flagsOf(...args)), args);
  assert.deepEqual(limitWords(flagsOf()), []);
  const worker = flagsOf(...limitWords(flagsOf(...args)));
  assert.deepEqual(readAccessLog(worker), { path: "-", withQuery: true });
});
