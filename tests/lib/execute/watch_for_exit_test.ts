import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "../../../lib/docker/types.ts";
import { type Execution, ReplicaExitError } from "../../../lib/execute/types.ts";
import { watchForExit } from "../../../lib/execute/watch_for_exit.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";

/** How the watch of `db` goes when Docker tells an end of it, and then shows it as `found`. */
async function watchEndOf(
  found: Partial<Container> | undefined,
  endOf = "db",
): Promise<"went on" | unknown> {
  const { effects } = fakeServer();
  const asked = Promise.withResolvers<void>();
  const ended = new AbortController();
  const docker: typeof effects.docker = {
    ...effects.docker,
    inspectContainers: () => {
      // What the watch does with the answer is done when the next timer comes.
      setTimeout(asked.resolve);
      return Promise.resolve(found === undefined ? [] : [found as Container]);
    },
    watchExits: (_label, { onExit }) => {
      onExit({ name: endOf, exitCode: 0 });
      if (endOf !== "db") setTimeout(asked.resolve);
      return Promise.withResolvers<void>().promise;
    },
  };
  const execution = {
    effects: { ...effects, docker },
    base: { server: "local", app: "db" },
    plan: { deployment: "20260131t235959z-1f3a" },
    signal: ended.signal,
  };
  const watching = watchForExit(
    { replicas: [{ container: "db" }], deployment: "20260131t235959z-1f3a", inUse: false },
    execution as unknown as Execution,
  );
  return await Promise.race([
    watching.catch((error) => error),
    asked.promise.then(() => "went on"),
  ]);
}

test("watchForExit() takes an end for news, when the container does not run", async () => {
  assert.ok(await watchEndOf({ status: "exited" }) instanceof ReplicaExitError);
  assert.ok(await watchEndOf({ status: "restarting", restarts: 1 }) instanceof ReplicaExitError);
  assert.ok(await watchEndOf(undefined) instanceof ReplicaExitError);
});

test("watchForExit() takes an end for news, when Docker has started the container again", async () => {
  assert.ok(await watchEndOf({ status: "running", restarts: 2 }) instanceof ReplicaExitError);
});

test("watchForExit() goes on after an end from before the container was started", async () => {
  assert.equal(await watchEndOf({ status: "running" }), "went on");
});

test("watchForExit() goes on after the end of another container", async () => {
  assert.equal(await watchEndOf({ status: "exited" }, "cache"), "went on");
});
