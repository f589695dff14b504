import assert from "node:assert/strict";
import { test } from "node:test";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";

const VOLUME = "luma-proxy-state";
const STATE = "/var/lib/luma-proxy";

async function run(project: Project, ...argv: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.runner.run({ argv });
  assert.equal(status, 0, `${argv.join(" ")}: ${stderr}`);
  return stdout;
}

/** Runs a line of shell over the proxy's state, while the proxy is stopped. */
async function changeState(project: Project, line: string): Promise<void> {
  await run(project, "docker", "stop", "luma-proxy");
  const shell = ["debian:bookworm-slim", "sh", "-c", `cd ${STATE} && ${line}`];
  await run(project, "docker", "run", "--rm", "--volume", `${VOLUME}:${STATE}`, ...shell);
  await run(project, "docker", "start", "luma-proxy");
}

async function deployBlog({ write, lumaOk, lab, name }: Project): Promise<void> {
  await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test`, more: WATCH }));
  await lumaOk("deploy");
}

const WATCH = "    deploy: { watch: 500ms }\n";

const LOSSES: readonly (readonly [string, readonly (readonly string[])[], RegExp])[] = [
  [
    "is stopped",
    [["docker", "stop", "luma-proxy"]],
    /luma-proxy does not answer: the container luma-proxy is exited; luma setup mends it/,
  ],
  [
    "has a stopped holder of its ports",
    [["docker", "stop", "luma-proxy-net"]],
    /luma-proxy-net is exited, so luma-proxy lost its ports; luma setup mends it/,
  ],
  [
    "is gone",
    [["docker", "rm", "-f", "luma-proxy"]],
    /luma-proxy is not there; luma setup brings it/,
  ],
];

for (const [what, commands, expected] of LOSSES) {
  test(`luma status tells, and luma deploy mends it, when the proxy ${what}`, () =>
    withProject("local", async (project) => {
      const { lumaOk, lab, name } = project;
      await deployBlog(project);
      for (const command of commands) await run(project, ...command);
      const status = await lumaOk("status");
      assert.match(status.stdout, /DEGRADED \(blue active\)/);
      assert.match(status.stdout, expected);
      const deployed = await lumaOk("deploy");
      assert.match(deployed.stdout, /\[local\] Ready ✅\n/);
      assert.match(deployed.stdout, /blog is up to date/);
      assert.equal((await visit(lab, `${name}.test`)).version, "v1");
      assert.match((await lumaOk("status")).stdout, /RUNNING \(blue active\)/);
    }));
}

test("luma deploy brings back a proxy without its holder, for the apps of other projects too", () =>
  withProject("local", async (one) => {
    await deployBlog(one);
    await withProject("local", async (two) => {
      await deployBlog(two);
      await run(one, "docker", "rm", "-f", "luma-proxy", "luma-proxy-net");
      await one.lumaOk("deploy");
      for (const { lab, name } of [one, two]) {
        assert.equal((await visit(lab, `${name}.test`)).version, "v1");
      }
    });
  }));

test("luma status tells of a damaged state, and the last good copy serves without a deployment", () =>
  withProject("local", async (project) => {
    const { lumaOk, lab, name } = project;
    await deployBlog(project);
    await changeState(project, "echo '{' > state.json");
    assert.match((await lumaOk("deploy")).stdout, /blog is up to date/);
    assert.equal((await visit(lab, `${name}.test`)).version, "v1");
    const { stdout } = await lumaOk("status");
    assert.match(stdout, /RUNNING \(blue active\)/);
    assert.match(stdout, /Note: luma-proxy: .*state\.json was damaged and is now .*\.damaged-/);
    assert.match(stdout, /Note: luma-proxy: .*read from its last good copy/);
  }));

test("luma deploy gives its routes back to a proxy that has no good copy of its state", () =>
  withProject("local", async (project) => {
    const { lumaOk, lab, name } = project;
    await deployBlog(project);
    await changeState(project, "echo '{' > state.json && : > state.last-good.json");
    const { stdout } = await lumaOk("status");
    assert.match(stdout, /DEGRADED \(blue active\)/);
    assert.match(stdout, /Note: the proxy does not know the app; luma deploy tells it/);
    assert.notEqual((await visit(lab, `${name}.test`)).status, 200);
    const deployed = await lumaOk("deploy");
    assert.match(deployed.stdout, /Repairing blog: the proxy does not know the app/);
    assert.match(deployed.stderr, /Warning: luma-proxy: .*started without routes/);
    assert.equal((await visit(lab, `${name}.test`)).version, "v1");
    assert.match((await lumaOk("status")).stdout, /RUNNING \(blue active\)/);
  }));
