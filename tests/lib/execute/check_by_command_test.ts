import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import { checkByCommand } from "../../../lib/execute/check_by_command.ts";
import { DeploymentError, type Execution } from "../../../lib/execute/types.ts";
import type { Output } from "../../../lib/ssh/runner.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";

const OK: Output = { status: 0, stdout: "", stderr: "" };
const SICK: Output = { status: 7, stdout: "first\n", stderr: "not yet\n" };
const CHECK = {
  by: "command",
  command: ["ready", "--now"],
  timeoutMs: 1_000,
  budgetMs: 1_000,
} as const;

/** An execution whose containers answer as `answer` says, by the number of the attempt. */
function execution(answer: (container: string, attempt: number) => Promise<Output> | Output) {
  const server = fakeServer();
  const asked: string[] = [];
  const attempts = new Map<string, number>();
  const docker = {
    ...server.effects.docker,
    exec: async (container: string, { argv }: { readonly argv: readonly string[] }) => {
      asked.push(`${container}: ${argv.join(" ")}`);
      const count = (attempts.get(container) ?? 0) + 1;
      attempts.set(container, count);
      return await answer(container, count);
    },
  };
  const run = {
    effects: { ...server.effects, docker },
    base: { server: "server", app: "blog" },
    signal: new AbortController().signal,
    plan: { steps: [], secrets: [new Secret("hunter2-hunter2")] },
  } as unknown as Execution;
  return { run, asked, events: server.events };
}

test("checkByCommand() runs the command until it ends with status 0", async () => {
  const { run, asked, events } = execution((_, attempt) => attempt < 3 ? SICK : OK);
  await checkByCommand(["a"], CHECK, run);
  assert.deepEqual(asked, Array(3).fill("a: ready --now"));
  assert.deepEqual(events.map(({ kind }) => kind), ["replica healthy"]);
});

test("checkByCommand() waits for a container that does not run yet", async () => {
  const stopped = new DockerError("other", "container a is not running");
  const { run } = execution((_, attempt) => attempt < 2 ? Promise.reject(stopped) : OK);
  await checkByCommand(["a"], CHECK, run);
});

test("checkByCommand() fails with the command's last words when the time is over", async () => {
  const { run } = execution((container) => container === "a" ? OK : SICK);
  await assert.rejects(checkByCommand(["a", "b"], CHECK, run), (error: unknown) => {
    assert.ok(error instanceof DeploymentError);
    assert.equal(
      error.message,
      'Health check of "blog" failed on server: 1 of 2 replicas healthy in 1 s',
    );
    assert.deepEqual(error.evidence, ["b: status 7: not yet (4 attempts)"]);
    assert.match(error.hint ?? "", /`ready --now` has to end with status 0/);
    return true;
  });
});

test("checkByCommand() tells no secret that the command printed, also where its words are cut", async () => {
  const long = `${"x".repeat(290)} hunter2-hunter2`;
  const { run } = execution((container) => ({
    status: 1,
    stdout: "",
    stderr: container === "a" ? "no login with hunter2-hunter2" : long,
  }));
  await assert.rejects(checkByCommand(["a", "b"], CHECK, run), (error: unknown) => {
    assert.ok(error instanceof DeploymentError);
    assert.match(error.evidence.join(), /a: status 1: no login with \[secret\]/);
    assert.doesNotMatch(error.evidence.join(), /hunter/);
    return true;
  });
});

test("checkByCommand() gives an attempt its time, and no more", async () => {
  const { run } = execution(() => new Promise(() => {}));
  const hanging = {
    ...run,
    effects: {
      ...run.effects,
      docker: {
        ...run.effects.docker,
        exec: (_: string, { signal }: { readonly signal?: AbortSignal }) =>
          new Promise<Output>((_resolve, reject) =>
            signal?.addEventListener("abort", () => reject(signal.reason))
          ),
      },
    },
  } as Execution;
  await assert.rejects(
    checkByCommand(["a"], { ...CHECK, timeoutMs: 10, budgetMs: 100 }, hanging),
    (error: unknown) =>
      error instanceof DeploymentError && /no end within 0.01 s/.test(error.evidence.join()),
  );
});
