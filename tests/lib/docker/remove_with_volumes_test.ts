/**
 * The removal of a container with its volumes, with a docker that is a shell script.
 *
 * @module
 */
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import { removeWithVolumes } from "../../../lib/docker/remove_with_volumes.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";

const REMOVE = "rm --force -- store";
const REMOVE_VOLUMES = "volume rm --force -- one two";

/** Removes `store` with two volumes; `answers` are lines of shell for a docker that logs its words. */
async function removeWith(answers: string) {
  const folder = await mkdtemp(join(tmpdir(), "luma-test-"));
  const log = join(folder, "log");
  const fake = `#!/bin/sh\necho "$*" >>${log}\ncase "$*" in\n${answers}\nesac\n`;
  await writeFile(join(folder, "docker"), fake);
  // The waiting between tries is not what is tested.
  await writeFile(join(folder, "sleep"), "#!/bin/sh\n");
  for (const program of ["docker", "sleep"]) await chmod(join(folder, program), 0o755);
  const env = { PATH: `${folder}:${process.env["PATH"]}` };
  const runner = createLocalRunner({ server: "server", env });
  try {
    const error = await removeWithVolumes(runner, { container: "store", volumes: ["one", "two"] })
      .then(() => undefined, (error: unknown) => error);
    return { error, calls: (await readFile(log, "utf8")).trim().split("\n") };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A docker that refuses to remove the container as often as that. */
function refuse(words: string, count = 99): string {
  return `rm*) [ "$(grep -c '^rm' "\${0%/*}/log")" -gt ${count} ] ||
    { echo 'Error response from daemon: ${words}' >&2; exit 1; } ;;`;
}

test("removeWithVolumes() removes the volumes once the container is gone", async () => {
  const { error, calls } = await removeWith("*) echo done ;;");
  assert.equal(error, undefined);
  assert.deepEqual(calls, [REMOVE, REMOVE_VOLUMES]);
});

test("removeWithVolumes() removes the volumes also where the container is gone already", async () => {
  const { error, calls } = await removeWith(refuse("No such container: store"));
  assert.equal(error, undefined);
  assert.deepEqual(calls, [REMOVE, REMOVE_VOLUMES]);
});

test("removeWithVolumes() waits while another run removes the container", async () => {
  const busy = "removal of container store is already in progress";
  const { error, calls } = await removeWith(refuse(busy, 2));
  assert.equal(error, undefined);
  assert.deepEqual(calls, [REMOVE, REMOVE, REMOVE, REMOVE_VOLUMES]);
  const never = await removeWith(refuse(busy));
  assert.ok(never.error instanceof DockerError);
  assert.match(never.error.message, /already in progress/);
});

test("removeWithVolumes() leaves the volumes when the container stays, with Docker's words", async () => {
  const { error, calls } = await removeWith(refuse("driver failed"));
  assert.ok(error instanceof DockerError);
  assert.equal(
    error.message,
    'Cannot remove the container "store" and its volumes on server: driver failed',
  );
  assert.deepEqual(calls, [REMOVE]);
});

test("removeWithVolumes() fails when another container uses a volume", async () => {
  const { error } = await removeWith("volume*) echo 'volume is in use - [abc]' >&2; exit 1 ;;");
  assert.ok(error instanceof DockerError);
  assert.match(error.message, /volume is in use - \[abc\]/);
});
