/**
 * Watching containers end on a real Docker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createDocker } from "../../../lib/docker/create_docker.ts";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { ContainerExit } from "../../../lib/docker/types.ts";
import { withDocker } from "./docker_lab.ts";

/** Real processes take longer than a test usually may. */
const LIMIT = { timeout: 60_000 };

test(
  "watchExits() reports exits from before and after its start, and of its label only",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, start, spec, label, prefix }) => {
      const sinceMs = Date.now() - 1000;
      await docker.createContainerWithLabels({ ...spec("other"), labels: { "luma.test": prefix } });
      await start("early", { command: ["sh", "-c", "exit 3"] });
      while ((await docker.inspectContainers([`${prefix}-early`]))[0]?.status !== "exited");
      const abort = new AbortController();
      const exits: ContainerExit[] = [];
      const seen = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const watching = docker.watchExits(label, {
        sinceMs,
        signal: abort.signal,
        onExit: (exit) => seen[exits.push(exit) - 1]?.resolve(),
      });
      try {
        await seen[0]?.promise;
        await docker.startContainer(`${prefix}-other`);
        await docker.removeContainer(`${prefix}-other`);
        await start("late", { command: ["sh", "-c", "exit 4"] });
        await seen[1]?.promise;
      } finally {
        abort.abort();
        await watching;
      }
      assert.deepEqual(exits, [
        { name: `${prefix}-early`, exitCode: 3 },
        { name: `${prefix}-late`, exitCode: 4 },
      ]);
    });
  },
);

test("watchExits() leaves nothing running, when it is aborted", LIMIT, async () => {
  await withDocker(async ({ docker, runner, prefix, start }) => {
    const abort = new AbortController();
    const label = `luma.project=${prefix}`;
    await start("a", { command: ["sh", "-c", "exit 0"] });
    const watching = docker.watchExits(label, {
      sinceMs: Date.now() - 60_000,
      signal: abort.signal,
      onExit: () => abort.abort(),
    });
    await watching;
    for (;;) {
      const { stdout } = await runner.run({ argv: ["ps", "-A", "-o", "stat=,args="] });
      const left = stdout.split("\n").filter((line) => line.includes(`label=${label}`));
      if (left.every((line) => line.startsWith("Z"))) return;
    }
  });
});

test("watchExits() ends at once, when the signal is aborted already", LIMIT, async () => {
  await withDocker(async ({ docker, label }) => {
    const watch = { sinceMs: Date.now(), onExit: () => {}, signal: AbortSignal.abort() };
    assert.equal(await docker.watchExits(label, watch), undefined);
  });
});

test("watchExits() fails, when the engine does not answer", LIMIT, async () => {
  const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
  const docker = createDocker(createLocalRunner({ server: "local", env }));
  const watch = { sinceMs: 0, onExit: () => {}, signal: new AbortController().signal };
  await assert.rejects(docker.watchExits("a=b", watch), (error: unknown) => {
    assert.ok(error instanceof DockerError);
    assert.equal(error.kind, "daemon-down");
    return true;
  });
});
