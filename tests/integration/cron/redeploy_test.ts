import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import type { Output } from "../../../lib/ssh/runner.ts";
import { pause, startDeploy, untilStep } from "../deploy/crash_run.ts";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { withRegistry } from "../../lab/lab_registry.ts";

const QUIET: Output = { status: 0, stdout: "", stderr: "" };
const WATCH = "    deploy: { watch: 500ms }\n";

/** Runs luma as cron does: no terminal, no home, hardly a path, in the folder `/`. */
async function asCron(
  { folder, lab, runner }: Project,
  args: readonly string[],
  variables: readonly string[] = [`DOCKER_HOST=${lab.dockerHost}`],
): Promise<Output> {
  const program = await ensureHostExecutable("luma");
  const words = [program, "-c", join(folder, "luma.yml"), ...args];
  return await runner.run({
    argv: ["env", "-i", "-C", "/", "PATH=/usr/bin:/bin", ...variables, ...words],
  });
}

async function docker({ runner }: Project, ...args: readonly string[]): Promise<void> {
  const { status, stderr } = await runner.run({ argv: ["docker", ...args] });
  assert.equal(status, 0, stderr);
}

/** Takes from the test's images the names that they got by being in the registry. */
async function forget(project: Project, registry: string): Promise<void> {
  const namesOf = async (version: string, kind: "tags" | "digests") => {
    const image = await project.docker.inspectImage(`${project.lab.blogImage}:${version}`);
    return (image?.[kind] ?? []).filter((reference) => reference.startsWith(`${registry}/`));
  };
  for (const version of ["v1", "v2"]) {
    // The digest goes with the last tag of its repository, where there is one.
    for (const kind of ["tags", "digests"] as const) {
      for (const reference of await namesOf(version, kind)) await docker(project, "rmi", reference);
    }
  }
}

test("luma redeploy --if-changed pulls, deploys what changed, and fails when the registry is gone", () =>
  withProject("local", (project) =>
    withRegistry(project.lab, async (registry) => {
      const { lab, name, write, lumaOk } = project;
      const image = `${registry.name}/${name}:now`;
      const look = () => asCron(project, ["redeploy", "--if-changed"]);
      const publish = async (version: string) => {
        await docker(project, "tag", `${lab.blogImage}:${version}`, image);
        await docker(project, "push", "--quiet", image);
      };
      await publish("v1");
      await write(blogApp(image, { host: `${name}.test`, more: WATCH }));
      await lumaOk("deploy");
      assert.deepEqual(await look(), QUIET, "nothing changed");

      await publish("v2");
      // Published by somebody else: the server itself has the former image by that name.
      await docker(project, "tag", `${lab.blogImage}:v1`, image);
      const ids = await Promise.all(["v1", "v2"].map(async (version) =>
        (await project.docker.inspectImage(`${lab.blogImage}:${version}`))?.id.slice(0, 19)
      ));
      assert.deepEqual(await look(), {
        ...QUIET,
        stdout: `[local] Redeployed blog: image changed (${ids[0]}… → ${ids[1]}…)\n`,
      });
      assert.equal((await visit(lab, `${name}.test`)).version, "v2");
      assert.deepEqual(await look(), QUIET, "it is deployed once");

      await registry.end();
      const failed = await look();
      assert.equal(failed.status, 3, failed.stderr);
      assert.equal(failed.stdout, "");
      assert.match(failed.stderr, /^Error: Cannot get image ".*" on local: .*refused\n {2}→ .*\n$/);
      assert.equal((await visit(lab, `${name}.test`)).version, "v2");
      await forget(project, registry.name);
    })));

test("luma redeploy --if-changed leaves alone what was never deployed and what does not run", () =>
  withProject("ssh", async (project) => {
    const { lab, name, write, lumaOk } = project;
    const variables = ["HOME=/", `LUMA_SSH_CONFIG=${lab.sshConfigFile}`];
    const look = (...more: readonly string[]) =>
      asCron(project, [...more, "redeploy", "--if-changed"], variables);
    await docker(project, "tag", `${lab.blogImage}:v1`, `${name}:now`);
    await write(blogApp(`${name}:now`, { host: `${name}.test`, more: WATCH }));
    assert.deepEqual(await look(), QUIET);
    assert.match((await look("-v")).stdout, /^\[.*\] blog is left alone: never deployed\n$/);
    assert.deepEqual(await project.docker.findContainersByLabel([`luma.project=${name}`]), []);

    await lumaOk("deploy");
    const [container] = await project.docker.findContainersByLabel([`luma.project=${name}`]);
    await docker(project, "stop", container?.name ?? "");
    await docker(project, "tag", `${lab.blogImage}:v2`, `${name}:now`);
    assert.deepEqual(await look(), QUIET);
    assert.match((await look("-v")).stdout, /blog is left alone: not running/);
    await docker(project, "rmi", `${name}:now`);
  }));

test("luma redeploy --if-changed leaves at once while another deployment runs, and overlaps none", () =>
  withProject("local", async (project) => {
    const { lab, name, write, lumaOk } = project;
    const look = (...more: readonly string[]) =>
      asCron(project, [...more, "redeploy", "--if-changed", "blog"]);
    const tag = (version: string) =>
      docker(project, "tag", `${lab.blogImage}:${version}`, `${name}:now`);
    await tag("v1");
    await write(blogApp(`${name}:now`, {
      host: `${name}.test`,
      more: WATCH,
    }));
    await lumaOk("deploy");

    await tag("v2");
    const running = startDeploy(project);
    await untilStep(running, "check-health");
    // It is held there, so that it cannot be over before both have looked.
    assert.ok(pause(running));
    assert.deepEqual(await look(), QUIET);
    assert.match((await look("-v")).stdout, /blog is left alone: deployment under way\n$/);
    running.kill("SIGCONT");
    assert.equal((await running.ended).code, 0);

    await tag("v1");
    const [one, two] = await Promise.all([look(), look()]);
    assert.deepEqual([one.status, two.status], [0, 0], one.stderr + two.stderr);
    assert.match(one.stdout + two.stdout, /^\[local\] Redeployed blog: .*\n$/);
    assert.equal((await visit(lab, `${name}.test`)).version, "v1");
    await docker(project, "rmi", `${name}:now`);
  }));

test("luma redeploy deploys every named app anew, also when nothing changed", () =>
  withProject("local", async ({ lab, name, write, lumaOk, docker }) => {
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test`, more: WATCH }));
    await lumaOk("deploy");
    assert.match((await lumaOk("redeploy", "blog")).stdout, /Deployment complete/);
    const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.deepEqual(containers.map(({ labels }) => labels["luma.color"]), ["green"]);
  }));

test("luma redeploy --if-changed looks after each app, also where another one fails", () =>
  withProject("local", async (project) => {
    const { lab, name, write, lumaOk } = project;
    const gone = `127.0.0.1:1/${name}:now`;
    const changed = `${name}:now`;
    for (const image of [gone, changed]) await docker(project, "tag", `${lab.blogImage}:v1`, image);
    await write(
      blogApp(gone, { name: "first", host: `first.${name}.test`, more: WATCH }) +
        blogApp(changed, { name: "second", host: `second.${name}.test`, more: WATCH }),
    );
    await lumaOk("deploy");
    await docker(project, "rmi", gone);
    await docker(project, "tag", `${lab.blogImage}:v2`, changed);
    const ended = await asCron(project, ["redeploy", "--if-changed"]);
    assert.equal(ended.status, 3, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /^\[local\] Redeployed second: .*\n$/);
    assert.match(ended.stderr, /^Error: Cannot get image "127\.0\.0\.1:1\/.*\n {2}→ .*\n$/);
    await docker(project, "rmi", changed);
  }));
