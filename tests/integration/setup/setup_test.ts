import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { startLoad } from "../../load/start_load.ts";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";

const BUN = resolve(import.meta.dirname ?? ".", "../../../node_modules/.bin/bun");

async function removeProxy({ docker }: Project): Promise<void> {
  for (const name of ["luma-proxy", "luma-proxy-former", "luma-proxy-net"]) {
    await docker.removeContainer(name);
  }
}

async function proxyImage({ docker }: Project): Promise<string> {
  const [program] = await docker.inspectContainers(["luma-proxy"]);
  return program?.imageRef ?? "";
}

for (const reach of ["local", "ssh"] as const) {
  test(`luma setup (${reach}) makes a server ready, says what it does, and does nothing twice`, () =>
    withProject(reach, async (project) => {
      const { lumaOk, write, name, lab, docker } = project;
      await removeProxy(project);
      await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
      const { stdout } = await lumaOk("setup");
      for (
        const said of [
          `Creating network ${name}-network`,
          "publishes ports 80 and 443",
          "Starting luma-proxy",
        ]
      ) {
        assert.ok(stdout.includes(said), stdout);
      }
      assert.match((await lumaOk("setup")).stdout, /^\[\S+\] Ready ✅ \(nothing to do\)\n$/);
      const [holder, program] = await docker.inspectContainers(["luma-proxy-net", "luma-proxy"]);
      assert.equal(program?.networkMode, `container:${holder?.id}`);
      assert.deepEqual([holder?.restartPolicy, program?.restartPolicy], ["always", "always"]);
    }));
}

test("a proxy that was stopped is stood in for, and luma setup starts it again without losing a request", () =>
  withProject("local", async (project) => {
    const { lumaOk, luma, write, name, lab, docker } = project;
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    await lumaOk("deploy");
    await docker.gracefulShutdown("luma-proxy", 30_000);
    assert.match(
      (await luma("status")).stdout,
      /luma-proxy does not answer: the container luma-proxy is exited/,
    );
    while (await visit(lab, `${name}.test`).then(() => false, () => true)) await sleep(100);
    assert.equal((await visit(lab, `${name}.test`)).version, "v1");
    const load = startLoad({
      address: lab.serverAddress,
      port: 80,
      host: `${name}.test`,
      ratePerSecond: 120,
      kinds: ["kept alive", "new connection", "post", "slow"],
    });
    assert.match((await lumaOk("setup")).stdout, /Starting luma-proxy/);
    await lumaOk("deploy", "--force");
    assert.deepEqual((await load.stop()).failures, []);
    assert.match((await lumaOk("status")).stdout, /Health: ✓ Healthy/);
    const { stdout } = await docker.exec("luma-proxy", { argv: ["luma-proxy", "status"] });
    assert.match(stdout, /process 1,/);
  }));

test("luma setup makes a proxy anew whose namespace is gone", () =>
  withProject("local", async (project) => {
    const { lumaOk, write, name, lab, docker } = project;
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    await lumaOk("deploy");
    await docker.removeContainer("luma-proxy-net");
    await lumaOk("setup");
    assert.match((await lumaOk("status")).stdout, /Health: ✓ Healthy/);
    assert.equal((await visit(lab, `${name}.test`)).version, "v1");
  }));

test("luma setup replaces the proxy's program, and no request is lost", () =>
  withProject("local", async (project) => {
    const { lumaOk, write, name, lab, docker, folder } = project;
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    await lumaOk("deploy");
    const next = `luma-proxy-next:${name}`;
    await docker.tagImage(await proxyImage(project), next);
    await appendFile(join(folder, "luma.yml"), `proxy: { image: "${next}" }\n`);
    const load = startLoad({
      address: lab.serverAddress,
      port: 80,
      host: `${name}.test`,
      ratePerSecond: 120,
      kinds: ["kept alive", "new connection", "post", "slow", "download"],
    });
    const long = load.request(12);
    assert.match((await lumaOk("setup")).stdout, /Replacing luma-proxy/);
    assert.equal(await proxyImage(project), next);
    assert.equal((await long).failure, undefined);
    await write(blogApp(`${lab.blogImage}:v2`, { host: `${name}.test` }));
    await lumaOk("deploy");
    const report = await load.stop();
    assert.deepEqual(report.failures, []);
    assert.equal((await docker.inspectContainers(["luma-proxy-former"])).length, 0);
    assert.match((await lumaOk("setup")).stdout, /Replacing luma-proxy/);
    await docker.untagImage(next);
  }));

test("luma setup names the program that uses port 80", () =>
  withProject("ssh", async (project) => {
    const { luma, lumaOk, write, name, lab, docker } = project;
    await removeProxy(project);
    const script = "require('node:net').createServer().listen(80, () => console.log('listens'))";
    const [program = "", ...args] = [...lab.enter, BUN, "-e", script];
    const other = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(other, "exit");
    try {
      await once(other.stdout, "data");
      await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
      const failed = await luma("setup");
      assert.equal(failed.code, 3);
      assert.match(failed.stderr, /port 80 is used by \S+ \(process \d+\)/);
      assert.match(failed.stderr, /proxy\.http_port/);
      assert.equal((await docker.inspectContainers(["luma-proxy-net"])).length, 0);
    } finally {
      other.kill();
      await ended;
    }
    await lumaOk("setup");
  }));
