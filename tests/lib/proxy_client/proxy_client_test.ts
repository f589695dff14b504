import assert from "node:assert/strict";
import { test } from "node:test";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import type { ExecCommand } from "../../../lib/docker/types.ts";
import { createProxyClient, ProxyError } from "../../../lib/proxy_client/proxy_client.ts";
import type { Output } from "../../../lib/ssh/runner.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";

type Exec = (container: string, command: ExecCommand) => Promise<Output>;

function client(exec: Exec, timeoutMs = 60_000) {
  return createProxyClient({ docker: { ...fakeServer().effects.docker, exec }, timeoutMs });
}

/** An exec that prints lines, and ends. */
function printing(lines: readonly string[], output: Partial<Output> = {}): Exec {
  return (_container, { onLine }) => {
    lines.forEach((line) => onLine?.(line));
    return Promise.resolve({ status: 0, stdout: lines.join("\n"), stderr: "", ...output });
  };
}

const CONFIRM = { project: "site", app: "blog", generation: 2 };

async function failure(exec: Exec, timeoutMs?: number): Promise<ProxyError> {
  const error = await client(exec, timeoutMs).call("confirm", CONFIRM).catch((reason) => reason);
  assert.ok(error instanceof ProxyError, String(error));
  return error;
}

test("ProxyClient.call() runs the program in its container, with the request as its input", async () => {
  const commands: unknown[] = [];
  const exec: Exec = (container, command) => {
    commands.push([container, command.argv, command.stdin]);
    return printing(['{"kind":"confirmed","generation":2}'])(container, command);
  };
  const result = await client(exec).call("confirm", CONFIRM);
  assert.deepEqual(result, { kind: "confirmed", generation: 2 });
  assert.deepEqual(commands, [
    ["luma-proxy", ["luma-proxy", "call", "confirm"], JSON.stringify(CONFIRM)],
  ]);
});

test("ProxyClient.call() tells every line, and returns the last", async () => {
  const lines = [
    '{"kind":"watching","leftMs":1,"requests":0,"failed":0}',
    "a warning of docker's",
    '{"kind":"watched","requests":4,"failed":0,"judged":false}',
  ];
  const kinds: string[] = [];
  const result = await client(printing(lines)).call("watch", CONFIRM, {
    onLine: ({ kind }) => void kinds.push(kind),
  });
  assert.deepEqual(kinds, ["watching", "watched"]);
  assert.equal(result.kind, "watched");
});

test("ProxyClient.call() keeps the words, the code and the generation of a refusal", async () => {
  const line = JSON.stringify({
    kind: "failure",
    code: "wrong generation",
    message: "Cannot confirm: 3 is current",
    hint: "look again",
    generation: 3,
  });
  const error = await failure(printing([line], { status: 1 }));
  assert.equal(error.message, "luma-proxy on server: Cannot confirm: 3 is current");
  assert.deepEqual([error.code, error.generation, error.hint], [
    "wrong generation",
    3,
    "look again",
  ]);
});

test("ProxyClient.call() does not take an answer that broke off for a result", async () => {
  const broken = printing(['{"kind":"confirmed","gen'], { status: 255, stderr: "broken pipe\n" });
  const error = await failure(broken);
  assert.equal(error.code, "no answer");
  assert.match(error.message, /cannot confirm: broken pipe/);
  assert.equal((await failure(printing([]))).code, "no answer");
});

test("ProxyClient.call() takes a container that is not there for a proxy without an answer", async () => {
  const gone = new DockerError("no-container", "No such container: luma-proxy");
  const error = await failure(() => Promise.reject(gone));
  assert.deepEqual([error.code, error.hint], ["no answer", "Run: luma setup"]);
});

test("ProxyClient.call() gives up a program that hangs", async () => {
  const hanging: Exec = (_container, { signal }) =>
    new Promise((_resolve, reject) =>
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true })
    );
  const error = await failure(hanging, 10);
  assert.equal(error.code, "no answer");
  assert.match(error.message, /gave no answer within 0\.01 s/);
});

test("ProxyClient.call() is interrupted with the signal's own reason", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const exec: Exec = (_container, { signal }) => {
    controller.abort(interruption);
    return Promise.reject(signal?.reason);
  };
  await assert.rejects(
    client(exec).call("status", {}, { signal: controller.signal }),
    (error) => error === interruption,
  );
});
