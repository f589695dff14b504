import assert from "node:assert/strict";
import { test } from "node:test";
import { type Project, withProject } from "./project.ts";

/** Builds an image whose HEALTHCHECK is `check`, once a second unless other options are given. */
async function buildImage(
  { runner, name }: Project,
  check: string,
  options = "--interval=1s --retries=2",
): Promise<string> {
  const tag = `${name}-worker`;
  const output = await runner.run({
    argv: ["docker", "build", "--tag", tag, "-"],
    stdin: `FROM debian:bookworm-slim
HEALTHCHECK ${options} CMD ${check}
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
    const image = await buildImage(project, "test -e /tmp/up", "--interval=1s --retries=5");
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

test("luma deploy does not wait longer than its time for a HEALTHCHECK that never decides", () =>
  withProject("local", async (project) => {
    const { luma, write, docker, runner, name } = project;
    const image = await buildImage(project, "false", "--interval=1s --start-period=100s");
    await write(`  worker:\n    image: ${image}\n    deploy: { health_timeout: 2s }\n`);
    const failed = await luma("deploy");
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /Docker reports worker-blue as not healthy in time/);
    assert.deepEqual(await docker.findContainersByLabel([`luma.project=${name}`]), []);
    await runner.run({ argv: ["docker", "rmi", image] });
  }));

/** A worker of the base image that runs `script`, and leaves well on SIGTERM. */
function scripted(script: string, more = ""): string {
  return `  worker:
    image: debian:bookworm-slim
    command: ["sh", "-c", ${JSON.stringify(`trap 'exit 0' TERM; ${script}`)}]
    deploy: { watch: 500ms, health_timeout: 8s }
${more}`;
}

const FOREVER = "while :; do sleep 0.2; done";

test("luma deploy keeps the old worker, when the new one exits at once or within 5 s", () =>
  withProject("local", async ({ lumaOk, luma, write, docker, name }) => {
    await write(scripted(FOREVER));
    await lumaOk("deploy");
    for (const script of ["echo no database >&2; exit 7", "sleep 1; echo lost; exit 8"]) {
      await write(scripted(script));
      const { code, stderr } = await luma("deploy");
      assert.equal(code, 3, stderr);
      assert.match(stderr, /worker-green of "worker" on local exited with status [78]/);
      assert.match(stderr, /worker-green \| (no database|lost)/);
      const left = await docker.findContainersByLabel([`luma.project=${name}`]);
      assert.deepEqual(left.map((one) => [one.name, one.status]), [["worker-blue", "running"]]);
      assert.deepEqual(left[0]?.networks[`${name}-network`]?.aliases, ["worker"]);
    }
  }));

test("luma deploy takes the old worker back, when the new one exits while it is watched", () =>
  withProject("local", async ({ lumaOk, luma, write, docker, name }) => {
    const check = "    health_check: { command: [test, -e, /tmp/up] }\n";
    await write(scripted(`touch /tmp/up; ${FOREVER}`, check));
    await lumaOk("deploy");
    const dying = scripted("touch /tmp/up; sleep 3; exit 9", check).replace("500ms", "10s");
    await write(dying);
    const { code, stderr } = await luma("deploy");
    assert.equal(code, 3, stderr);
    assert.match(stderr, /exited with status 9/);
    const left = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.deepEqual(left.map((one) => [one.name, one.status]), [["worker-blue", "running"]]);
  }));

test("luma deploy runs health_check.command often, and leaves Docker to go on with it", () =>
  withProject("local", async ({ lumaOk, luma, write, runner }) => {
    const check = '    health_check: { command: "test -e /tmp/up && echo ready" }\n';
    await write(scripted(`sleep 1; touch /tmp/up; ${FOREVER}`, check));
    const { stdout } = await lumaOk("deploy");
    assert.match(stdout, /Health check: ✓ Healthy/);
    const format = "{{json .Config.Healthcheck}}";
    const found = await runner.run({
      argv: ["docker", "inspect", "--format", format, "worker-blue"],
    });
    const health = JSON.parse(found.stdout) as { readonly Test: readonly string[] };
    assert.deepEqual(health.Test, ["CMD-SHELL", "sh -c 'test -e /tmp/up && echo ready'"]);
    const never = scripted(FOREVER, '    health_check: { command: "echo starting; false" }\n');
    await write(never.replace("health_timeout: 8s", "health_timeout: 3s"));
    const failed = await luma("deploy");
    assert.equal(failed.code, 3, failed.stderr);
    assert.match(failed.stderr, /worker-green: status 1: starting \(\d+ attempts\)/);
  }));
