import assert from "node:assert/strict";
import { test } from "node:test";
import { type Project, withProject } from "./project.ts";

/** Builds an image whose HEALTHCHECK is `check`, once a second. */
async function buildImage({ runner, name }: Project, check: string): Promise<string> {
  const tag = `${name}-worker`;
  const output = await runner.run({
    argv: ["docker", "build", "--tag", tag, "-"],
    stdin: `FROM debian:bookworm-slim
HEALTHCHECK --interval=1s --retries=2 CMD ${check}
CMD ["sh", "-c", "trap 'exit 0' TERM; sleep 1; touch /tmp/up; while :; do sleep 0.2; done"]
`,
  });
  assert.equal(output.status, 0, output.stderr);
  return tag;
}

function worker(image: string, more = ""): string {
  return `  worker:\n    image: ${image}\n    deploy: { watch: 500ms }\n${more}`;
}

test("luma deploy waits for the image's HEALTHCHECK where the proxy does not serve the app", () =>
  withProject("local", async (project) => {
    const { lumaOk, write, docker, runner } = project;
    const image = await buildImage(project, "test -e /tmp/up");
    await write(worker(image));
    const { stdout } = await lumaOk("deploy");
    assert.match(stdout, /Health check: ✓ Healthy/);
    const [container] = await docker.inspectContainers(["worker-blue"]);
    assert.equal(container?.health, "healthy");
    await docker.removeContainer("worker-blue");
    await runner.run({ argv: ["docker", "rmi", image] });
  }));

test("luma deploy fails when the image's HEALTHCHECK does, and removes the candidate", () =>
  withProject("local", async (project) => {
    const { luma, write, docker, runner, name } = project;
    const image = await buildImage(project, "false");
    await write(worker(image, "    # its check never passes\n"));
    const failed = await luma("deploy");
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /Docker reports worker-blue as unhealthy/);
    assert.deepEqual(await docker.findContainersByLabel([`luma.project=${name}`]), []);
    await runner.run({ argv: ["docker", "rmi", image] });
  }));
