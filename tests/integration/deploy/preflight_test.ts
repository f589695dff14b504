import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { requireRoom } from "../../../lib/commands/bring_build.ts";
import { createDocker } from "../../../lib/docker/create_docker.ts";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import { transferImage } from "../../../lib/image/transfer_image.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";
import { takeSnapshot } from "./crash_site.ts";
import { waitFor } from "./crash_run.ts";
import { requireServing, withInPlaceSite } from "./in_place_site.ts";
import { blogApp, withProject } from "./project.ts";

async function run(runner: Runner, ...argv: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runner.run({ argv });
  assert.equal(status, 0, `${argv.join(" ")}: ${stderr}`);
  return stdout;
}

test("luma deploy in place names the container that has its port, before anything is stopped", () =>
  withInPlaceSite({}, async (site) => {
    const { name, runner, docker, luma, write, port } = site;
    const other = `${name}-other`;
    await run(
      runner,
      ...["docker", "run", "-d", "--name", other, "-p", "18070:80"],
      ...["debian:bookworm-slim", "sleep", "infinity"],
    );
    try {
      await write(`  shop:
    image: "${name}-shop:v2"
    ports: ["${port}:3000", "18070:3000"]
    volumes: ["${name}-data:/data"]
    deploy: { strategy: in-place, watch: 1s, health_timeout: 4s }
    proxy: { hosts: ["${site.host}"], app_port: 3000 }
`);
      const before = await takeSnapshot(site);
      const { code, stderr } = await luma("deploy");
      assert.equal(code, 3, stderr);
      assert.match(stderr, new RegExp(`Port 18070:3000 of "shop" .*: container ${other} has it`));
      assert.match(stderr, new RegExp(`docker stop ${other}`));
      assert.equal(await takeSnapshot(site), before);
    } finally {
      await docker.removeContainer(other);
    }
    await site.use("v1");
    await requireServing(site, { version: "v1", when: "after the refusal" });
  }));

test("luma deploy refuses a network that Compose made, changes nothing, and says what to type", () =>
  withProject("local", async (project) => {
    const { name, runner, docker, luma, lumaOk, write, lab } = project;
    const network = `${name}-network`;
    const [user, label] = [`${name}-db`, "com.docker.compose.project=former"];
    await run(runner, "docker", "network", "create", "--label", label, network);
    await run(
      runner,
      ...["docker", "run", "-d", "--name", user, "--network", network],
      ...["debian:bookworm-slim", "sleep", "infinity"],
    );
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    const inspect = () => run(runner, "docker", "network", "inspect", network);
    const before = await inspect();
    for (const command of ["deploy", "plan"]) {
      const { code, stderr } = await luma(command);
      assert.equal(code, 3, stderr);
      assert.match(stderr, /it was made by Docker Compose \(project "former"\)/);
      assert.match(stderr, /docker compose -p former down/);
    }
    assert.equal(await inspect(), before);
    assert.deepEqual(await docker.findContainersByLabel([`luma.project=${name}`]), []);
    await docker.removeContainer(user);
    await run(runner, "docker", "network", "rm", network);
    await lumaOk("deploy");
  }));

test("luma deploy refuses a disk that is too full, before anything is brought there", () =>
  withProject("local", async ({ write, folder }) => {
    await write(blogApp("blog:v1", { host: "blog.test" }));
    const program = await ensureHostExecutable("luma");
    await withSmallDocker(async (runner) => {
      const argv = [program, "--config", join(folder, "luma.yml"), "deploy"];
      const { status, stderr } = await runner.run({ argv });
      assert.equal(status, 3, stderr);
      assert.match(stderr, /The disk of local is too full: \S+ has \d+ MiB left/);
      assert.match(stderr, /docker system df/);
      assert.equal(await run(runner, "docker", "ps", "-aq"), "");
      assert.equal(await run(runner, "docker", "images", "-q"), "");
    });
  }));

test("an image that the disk has no room for is not sent, or told as such, and nothing is left", () =>
  withProject("local", async ({ runner: source, docker: engine }) => {
    const reference = "debian:bookworm-slim";
    const image = await engine.inspectImage(reference);
    assert.ok(image !== undefined);
    await withSmallDocker(async (runner) => {
      const { signal } = new AbortController();
      const docker = createDocker(runner);
      const state = { server: "small", docker: await docker.info(signal) };
      const sides = { from: { runner: source, docker: engine }, to: { runner, docker } };
      const told: string[] = [];
      const transfer = { ...sides, reference, image, signal };
      const refused = transferImage({
        ...transfer,
        requireRoom: (bytes) => requireRoom(bytes, { runner, state, app: "blog" }, signal),
        report: ({ kind }) => told.push(kind),
      });
      await assert.rejects(
        refused,
        /^LumaError: Cannot deploy "blog" on small: The disk of small is too full: \S+ has \d+ MiB left, and \d+ MiB are needed for what it lacks of the image \(\d+ MiB\) and for logs/,
      );
      assert.deepEqual(told, []);
      const tooLate = transferImage({
        ...transfer,
        requireRoom: () => Promise.resolve(),
        report: () => {},
      });
      await assert.rejects(tooLate, isFull);
      assert.equal(await run(runner, "docker", "images", "--quiet", "--all"), "");
      // Docker clears away what it had unpacked, in its own time.
      await waitFor(async () => {
        // What goes away meanwhile makes it fail, after it has counted.
        const { stdout } = await runner.run({ argv: ["du", "-sk", state.docker.rootDir] });
        return Number.parseInt(stdout) < 2000 ? true : undefined;
      });
    });
  }));

function isFull(error: unknown): true {
  assert.ok(error instanceof DockerError, String(error));
  assert.match(error.message, /^Cannot load the image .* on small: the disk is full there \(/);
  assert.match(error.hint ?? "", /docker system df; then: docker image prune/);
  assert.equal(error.exitCode, 3);
  return true;
}

test("luma deploy refuses a service whose port another container has, before it is made", () =>
  withProject("local", async ({ name, folder, runner, docker, luma }) => {
    const other = `${name}-other`;
    const image = "debian:bookworm-slim";
    await run(
      runner,
      ...["docker", "run", "-d", "--name", other, "-p", "18071:80", image, "sleep", "infinity"],
    );
    try {
      const service = `{ image: "${image}", command: sleep 60, ports: ["18071:80"] }`;
      await writeFile(join(folder, "luma.yml"), `name: ${name}\nservices:\n  db: ${service}\n`);
      for (const command of ["plan", "deploy"]) {
        const { code, stderr } = await luma(command);
        assert.equal(code, 3, stderr);
        assert.match(stderr, new RegExp(`Port 18071:80 of "db" .*: container ${other} has it`));
      }
      assert.deepEqual(await docker.findContainersByLabel([`luma.project=${name}`]), []);
      assert.equal(await docker.inspectNetwork(`${name}-network`), undefined);
    } finally {
      await docker.removeContainer(other);
    }
  }));

/** Gives `body` a Docker of its own, without any network, whose disk has 64 MiB. */
async function withSmallDocker(body: (runner: Runner) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-small-"));
  const root = join(folder, "root");
  const host = `unix://${folder}/docker.sock`;
  const runner = createLocalRunner({ server: "small", env: { ...process.env, DOCKER_HOST: host } });
  await mkdir(root);
  await run(runner, "mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", root);
  const daemon = spawn("unshare", [
    ...["--net", "dockerd"],
    ...["--host", host, "--data-root", root, "--exec-root", join(folder, "exec")],
    ...["--pidfile", join(folder, "pid"), "--storage-driver", "vfs"],
    ...["--bridge", "none", "--iptables=false", "--ip6tables=false"],
  ], { stdio: "ignore" });
  const ended = once(daemon, "close");
  try {
    await waitFor(async () => {
      const { status } = await runner.run({ argv: ["docker", "version"] });
      return status === 0 ? true : undefined;
    });
    await body(runner);
  } finally {
    daemon.kill();
    await ended;
    await runner.run({
      argv: ["sh", "-c", `umount -R "$1"/exec/netns/* 2>/dev/null; umount "$1"/root`, "sh", folder],
    });
    await rm(folder, { recursive: true });
  }
}
