import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { blogApp, type Project, withProject } from "../deploy/project.ts";

/** Lets a container's main process say something, and waits until Docker has written it down. */
async function say({ docker }: Project, container: string, text: string, fd = 1): Promise<void> {
  const argv = ["sh", "-c", `echo ${text} > /proc/1/fd/${fd}`];
  assert.equal((await docker.exec(container, { argv })).status, 0);
  while ((await docker.containerLogs(container, 1))[0] !== text) continue;
}

async function write(project: Project, version: string, replicas = 1): Promise<void> {
  const { lab, name } = project;
  await project.write(blogApp(`${lab.blogImage}:${version}`, { host: `${name}.test`, replicas }));
}

async function processesThere({ lab }: Project, pattern: string): Promise<string> {
  const [program = "", ...args] = lab.enter;
  const child = spawn(program, [...args, "pgrep", "-af", pattern], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => text += more);
  await new Promise((done) => child.on("close", done));
  return text;
}

test("luma logs shows streams apart, merges replicas by time, and prints JSON", () =>
  withProject("ssh", async (project) => {
    await write(project, "v1", 2);
    await project.lumaOk("deploy");
    await say(project, "blog-blue-1", "first");
    await say(project, "blog-blue-2", "second", 2);
    await say(project, "blog-blue-1", "third");
    const merged = await project.lumaOk("logs", "-n", "2");
    assert.match(
      merged.stdout,
      /blog-blue-1 \| first\nblog-blue-2 \| second\nblog-blue-1 \| third\n$/,
    );
    const one = await project.lumaOk("logs", "blog", "--replica", "2", "--since", "10m");
    assert.match(one.stdout, /^The blog v1/);
    assert.equal(one.stderr, "second\n");
    const json = (await project.lumaOk("logs", "--json", "-n", "1")).stdout.trim().split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(json.map(({ container, stream, line }) => [container, stream, line]), [
      ["blog-blue-2", "stderr", "second"],
      ["blog-blue-1", "stdout", "third"],
    ]);
    const none = await project.luma("logs", "blog", "--color", "green");
    assert.equal(none.code, 3);
  }));

test("luma logs gives out all of a long log, whole lines, and ends with 0 when its reader goes away", () =>
  withProject("ssh", async (project) => {
    await write(project, "v1");
    await project.lumaOk("deploy");
    const script = "i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done; " +
      "head -c 100000 /dev/zero | tr '\\0' y; echo";
    await project.docker.exec("blog-blue", { argv: ["sh", "-c", `{ ${script}; } > /proc/1/fd/1`] });
    while (!(await project.docker.containerLogs("blog-blue", 1))[0]?.endsWith("yyy")) continue;
    const lines = (await project.lumaOk("logs", "-n", "all")).stdout.split("\n");
    assert.deepEqual(lines.slice(1, 3), ["line 0", "line 1"]);
    assert.equal(lines[30_000], "line 29999");
    assert.equal(lines[30_001], "y".repeat(100_000));
    const { program, env, folder } = project;
    const child = spawn(program, ["logs", "-f", "-n", "all"], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.once("data", () => child.stdout.destroy());
    assert.equal(await new Promise((done) => child.on("close", done)), 0);
  }));

test("luma logs -f follows over deployments and restarts, and leaves nothing running on the server", () =>
  withProject("ssh", async (project) => {
    await write(project, "v1");
    await project.lumaOk("deploy");
    const followed = project.start("logs", "-f", "blog");
    await followed.until(/blog v1/);
    await say(project, "blog-blue", "before");
    await followed.until(/before/);
    await write(project, "v2");
    await project.lumaOk("deploy");
    await followed.until(/blog-green \| The blog v2/);
    await say(project, "blog-green", "after");
    await followed.until(/blog-green \| after/);
    await project.docker.gracefulShutdown("blog-green", 5_000);
    await project.docker.startContainer("blog-green");
    await followed.until(/after\n[^]*blog-green \| The blog v2/);
    await say(project, "blog-green", "again");
    await followed.until(/blog-green \| again/);
    followed.kill("SIGINT");
    const { code, stdout, stderr } = await followed.ended;
    assert.deepEqual([code, stderr], [130, ""]);
    assert.equal(stdout.match(/^before$/gm)?.length, 1);
    assert.equal(stdout.match(/\| after$/gm)?.length, 1);
    const ours = `luma.project=${project.name}`;
    while ((await processesThere(project, `docker events.*${ours}`)) !== "") {
      await new Promise((done) => setTimeout(done, 100));
    }
  }));
