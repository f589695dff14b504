/**
 * The runner of this machine, on real processes.
 *
 * @module
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import { RunnerError } from "../../../lib/ssh/runner_error.ts";

const runner = createLocalRunner({ server: "local" });

/** Resolves when no process with this id is left, apart from one that nobody has collected yet. */
async function waitForDeath(pid: number): Promise<void> {
  for (;;) {
    const { stdout } = await runner.run({ argv: ["ps", "-o", "stat=", "-p", String(pid)] });
    if (stdout.trim() === "" || stdout.startsWith("Z")) return;
  }
}

test("run() gives status, standard output and standard error", async () => {
  const output = await runner.run({ argv: ["sh", "-c", "echo out; echo err >&2; exit 7"] });
  assert.deepEqual(output, { status: 7, stdout: "out\n", stderr: "err\n" });
});

test("run() passes arguments without a shell", async () => {
  const { stdout } = await runner.run({ argv: ["printf", "%s|", "$HOME", "a b", "*", ""] });
  assert.equal(stdout, "$HOME|a b|*||");
});

test("run() closes standard input at once, when there is none", async () => {
  assert.equal((await runner.run({ argv: ["cat"] })).stdout, "");
});

test("run() writes text and exact bytes to standard input", async () => {
  assert.equal((await runner.run({ argv: ["cat"], stdin: "ä\n" })).stdout, "ä\n");
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  const { stdout } = await runner.run({ argv: ["od", "-An", "-v", "-tu1"], stdin: bytes });
  assert.deepEqual(stdout.trim().split(/\s+/).map(Number), [...bytes]);
});

test("run() streams large input at the reader's pace", async () => {
  let asked = 0;
  async function* source() {
    for (; asked < 200; asked += 1) yield new Uint8Array(64 * 1024);
  }
  const { stdout } = await runner.run({ argv: ["wc", "-c"], stdin: source() });
  assert.equal(Number(stdout), 200 * 64 * 1024);
  assert.equal(asked, 200);
});

test("run() gives the command's status, when it does not read its input", async () => {
  const stdin = "x".repeat(4 * 1024 * 1024);
  assert.equal((await runner.run({ argv: ["sh", "-c", "exit 3"], stdin })).status, 3);
});

test("run() throws what the input throws, and ends the command", async () => {
  async function* source() {
    yield new Uint8Array(1);
    throw new Error("disk gone");
  }
  await assert.rejects(runner.run({ argv: ["cat"], stdin: source() }), /disk gone/);
});

test("run() calls onLine with whole lines, the last one also without line end", async () => {
  const lines: string[] = [];
  const script = "printf 'a\\nb'; printf 'c\\n\\n\\303'; printf '\\244 end'";
  await runner.run({ argv: ["sh", "-c", script], onLine: (line) => lines.push(line) });
  assert.deepEqual(lines, ["a", "bc", "", "ä end"]);
});

test("run() reads no more while a line's taker is waited for, and loses nothing by it", async () => {
  const lines: string[] = [];
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const script = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; echo err >&2";
  let errors = 0;
  const ended = runner.run({
    argv: ["sh", "-c", script],
    onLine: (line) => {
      lines.push(line);
      if (lines.length !== 10) return undefined;
      reached.resolve();
      return held.promise;
    },
    onErrorLine: () => void errors++,
  });
  await reached.promise;
  // The pipe takes far less than is written, so that the writer waits as well.
  assert.equal(
    await Promise.race([ended, new Promise((done) => setTimeout(done, 200, "waits"))]),
    "waits",
  );
  assert.equal(lines.length, 10);
  held.resolve();
  await ended;
  assert.deepEqual([lines.length, lines.at(-1), errors], [20_000, "line 19999", 1]);
});

test("run() gives out every line once and in order, however often its taker is slow", async () => {
  let next = 0;
  const wrong: string[] = [];
  const script = "i=0; while [ $i -lt 60000 ]; do echo $i; i=$((i+1)); done";
  await runner.run({
    argv: ["sh", "-c", script],
    onLine: (line) => {
      if (line !== `${next}`) wrong.push(`${line} instead of ${next}`);
      next = Number(line) + 1;
      return next % 200 === 0 ? new Promise((done) => setImmediate(done)) : undefined;
    },
  });
  assert.deepEqual(wrong.slice(0, 3), []);
  assert.equal(next, 60_000);
});

test("run() calls onLine while the command runs", async () => {
  const release = Promise.withResolvers<void>();
  async function* source() {
    await release.promise;
    yield new TextEncoder().encode("go\n");
  }
  const lines: string[] = [];
  await runner.run({
    argv: ["sh", "-c", "echo ready; read word; echo $word"],
    stdin: source(),
    onLine(line) {
      lines.push(line);
      release.resolve();
    },
  });
  assert.deepEqual(lines, ["ready", "go"]);
});

test("run() throws what onLine throws, and ends the command", async () => {
  const onLine = () => {
    throw new Error("cannot read this");
  };
  const argv = ["sh", "-c", "echo x; sleep 60"];
  await assert.rejects(runner.run({ argv, onLine }), /cannot read this/);
});

test("run() ends the command and its children, when the signal is aborted", async () => {
  const abort = new AbortController();
  const pids: number[] = [];
  const running = runner.run({
    argv: ["sh", "-c", "sleep 60 & echo $!; echo $$; wait"],
    signal: abort.signal,
    onLine(line) {
      if (pids.push(Number(line)) === 2) abort.abort(new Error("enough"));
    },
  });
  await assert.rejects(running, /enough/);
  for (const pid of pids) await waitForDeath(pid);
});

test("run() ends a command that ignores SIGTERM", async () => {
  const abort = new AbortController();
  const running = runner.run({
    argv: ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"],
    signal: abort.signal,
    onLine: () => abort.abort(new Error("enough")),
  });
  await assert.rejects(running, /enough/);
});

test("run() starts nothing, when the signal is aborted already", async () => {
  const signal = AbortSignal.abort(new Error("too late"));
  await assert.rejects(runner.run({ argv: ["touch", "/nonexistent/x"], signal }), /too late/);
});

test("run() gives a command up, when its time is over", async () => {
  const running = runner.run({ argv: ["sleep", "60"], timeoutMs: 50 });
  await assert.rejects(running, (error: unknown) => {
    assert.ok(error instanceof RunnerError);
    assert.equal(error.kind, "timed-out");
    assert.equal(error.exitCode, 3);
    assert.match(error.message, /sleep.*50 ms/);
    return true;
  });
});

test("run() gives 128 and the signal's number, when the command was killed", async () => {
  assert.equal((await runner.run({ argv: ["sh", "-c", "kill -9 $$"] })).status, 137);
});

test("run() gives status 127, when the program is missing", async () => {
  const output = await runner.run({ argv: ["luma-no-such-program"] });
  assert.equal(output.status, 127);
  assert.match(output.stderr, /luma-no-such-program: command not found/);
});

test("run() sets variables beside those of this process", async () => {
  const other = createLocalRunner({ server: "local", env: { LUMA_A: "1" } });
  const { stdout } = await other.run({ argv: ["sh", "-c", 'echo "$LUMA_A $PATH"'] });
  assert.ok(stdout.startsWith(`1 ${process.env["PATH"]}`), stdout);
});

test("run() keeps the newest 16 MiB of standard output", async () => {
  const script = "head -c 40000000 /dev/zero | tr '\\0' a; printf END";
  const { stdout } = await runner.run({ argv: ["sh", "-c", script] });
  assert.equal(stdout.length, 16 * 1024 * 1024);
  assert.equal(stdout.slice(-4), "aEND");
});

test("run() does not wait for standard error that a child left open", async () => {
  const { stdout } = await runner.run({ argv: ["sh", "-c", "sleep 5 >/dev/null & echo done"] });
  assert.equal(stdout, "done\n");
});

test("run() gives lines of standard error, too, as they come", async () => {
  const lines: string[] = [];
  const onErrorLine = (line: string) => void lines.push(line);
  const { stdout } = await runner.run({
    argv: ["sh", "-c", "echo one >&2; echo out; printf two >&2"],
    onErrorLine,
  });
  assert.deepEqual([lines, stdout], [["one", "two"], "out\n"]);
});

test("run() leaves standard output to a consumer, byte for byte, and keeps none of it", async () => {
  let bytes = 0;
  const consume = async (output: AsyncIterable<Uint8Array>) => {
    for await (const chunk of output) bytes += chunk.length;
  };
  const argv = ["head", "-c", "40000000", "/dev/zero"];
  assert.deepEqual(await runner.run({ argv, consume }), { status: 0, stdout: "", stderr: "" });
  assert.equal(bytes, 40_000_000);
});

test("run() ends a command whose consumer has enough, and one whose consumer fails", async () => {
  const enough = async (output: AsyncIterable<Uint8Array>) => {
    for await (const _chunk of output) return;
  };
  const { status } = await runner.run({ argv: ["yes"], consume: enough });
  assert.notEqual(status, 0);
  const consume = () => Promise.reject(new Error("the disk is full"));
  await assert.rejects(runner.run({ argv: ["yes"], consume }), /the disk is full/);
});
