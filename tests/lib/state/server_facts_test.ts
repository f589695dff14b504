import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { observeServerFacts, parseServerFacts } from "../../../lib/state/server_facts.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Command } from "../../../lib/ssh/runner.ts";

const TEXT = `home=/var/lib/luma
key=00ff
now=1700000000
kernel=6.1.0-13-amd64
disk=2048
memory=1024
use.abc=512
`;

test("parseServerFacts() reads times in milliseconds and sizes in bytes", () => {
  const { hashKey, ...facts } = parseServerFacts(TEXT)!;
  assert.equal(hashKey.reveal(), "00ff");
  assert.deepEqual(facts, {
    nowMs: 1_700_000_000_000,
    home: "/var/lib/luma",
    kernel: "6.1.0-13-amd64",
    diskFreeBytes: 2_097_152,
    memoryFreeBytes: 1_048_576,
    memoryUseBytes: { abc: 512 },
  });
});

test("parseServerFacts() does without what a server may not tell", () => {
  const facts = parseServerFacts(TEXT.replace("disk=2048", "disk=").replace(/memory.*\n/, ""));
  assert.equal(facts?.diskFreeBytes, undefined);
  assert.equal(facts?.memoryFreeBytes, undefined);
});

test("parseServerFacts() needs the folder, the key and the clock", () => {
  for (const name of ["home", "key", "now"]) {
    assert.equal(parseServerFacts(TEXT.replace(`${name}=`, "other=")), undefined, name);
  }
});

test("parseServerFacts() keeps the key out of what is printed", () => {
  assert.ok(!JSON.stringify(parseServerFacts(TEXT)).includes("00ff"));
});

/** The real script in a real sh, with a folder of its own, as a user without root. */
async function inHome<Result>(
  body: (
    observe: (mode: "read" | "write") => ReturnType<typeof observeServerFacts>,
    home: string,
  ) => Promise<Result>,
): Promise<Result> {
  const home = await mkdtemp(join(tmpdir(), "luma-home-"));
  const local = createLocalRunner({ server: "server", env: { HOME: home } });
  const asUser = (word: string) => word.replace("$(id -u)", "1000");
  const runner = {
    ...local,
    run: (command: Command) => local.run({ ...command, argv: command.argv.map(asUser) }),
  };
  try {
    return await body((mode) => observeServerFacts(runner, { mode, rootDir: home }), home);
  } finally {
    await rm(home, { recursive: true });
  }
}

test("observeServerFacts() makes the key once, and finds it again", () =>
  inHome(async (observe, home) => {
    const first = await observe("write");
    assert.equal(first.home, join(home, ".luma"));
    assert.match(first.hashKey.reveal(), /^[0-9a-f]{64}$/);
    assert.equal((await observe("write")).hashKey.reveal(), first.hashKey.reveal());
    assert.equal((await observe("read")).hashKey.reveal(), first.hashKey.reveal());
  }));

test("observeServerFacts() makes nothing when it reads", () =>
  inHome(async (observe, home) => {
    assert.equal((await observe("read")).hashKey.reveal(), "absent");
    await assert.rejects(readFile(join(home, ".luma", "key")));
  }));

test("observeServerFacts() gives two runs at once the same key", () =>
  inHome(async (observe) => {
    const both = await Promise.all([observe("write"), observe("write"), observe("write")]);
    assert.equal(new Set(both.map(({ hashKey }) => hashKey.reveal())).size, 1);
  }));

test("observeServerFacts() tells the clock, the kernel and the space of this machine", () =>
  inHome(async (observe) => {
    const facts = await observe("read");
    assert.ok(Math.abs(facts.nowMs - Date.now()) < 60_000);
    assert.match(facts.kernel, /\d/);
    assert.ok((facts.diskFreeBytes ?? 0) > 0);
  }));

test("observeServerFacts() says why a server cannot be looked at", async () => {
  const runner = {
    server: "server",
    run: () => Promise.resolve({ status: 1, stdout: "", stderr: "mkdir: read-only file system" }),
    close: () => Promise.resolve(),
  };
  await assert.rejects(
    observeServerFacts(runner, { mode: "write" }),
    /Cannot look at server: mkdir: read-only file system/,
  );
});

test("observeServerFacts() tells no space of a folder that this machine does not have", async () => {
  const runner = createLocalRunner({ server: "server" });
  const facts = await observeServerFacts(runner, { mode: "read", rootDir: "/nowhere" });
  assert.equal(facts.diskFreeBytes, undefined);
});
