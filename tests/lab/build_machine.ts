/**
 * A user's machine: a Docker of its own beside the lab's servers, that builds and sends, and runs nothing.
 *
 * The rule: it has no network and no SSH, so that any number of them is up beside the labs; all that it
 * makes is gone with its process.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { createDocker } from "../../lib/docker/create_docker.ts";
import type { Docker } from "../../lib/docker/types.ts";
import { createLocalRunner } from "../../lib/ssh/local_runner.ts";
import type { Runner } from "../../lib/ssh/runner.ts";
import type { LabEnv } from "./lab_env.ts";

/** A machine that runs. */
export interface BuildMachine {
  /** `unix://…` */
  readonly dockerHost: string;
  readonly docker: Docker;
  readonly runner: Runner;
}

const START_TIMEOUT_MS = 60_000;

/** Gives `body` a machine that has `images` of the lab's server, and ends it afterwards. */
export async function withBuildMachine(
  lab: LabEnv,
  images: readonly string[],
  body: (machine: BuildMachine) => Promise<void>,
): Promise<void> {
  // Not in /tmp, which may be in memory, or a file system on which Docker's own does not work.
  const folder = mkdtempSync("/var/tmp/luma-machine-");
  const log = openSync(`${folder}/log`, "a");
  const isolated = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const child = spawn("unshare", [...isolated, "sh", "-ec", bootScript(folder)], {
    stdio: ["ignore", log, log],
    env: { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`, HOME: "/root" },
  });
  const ended = once(child, "exit");
  try {
    const dockerHost = `unix://${folder}/docker.sock`;
    const runner = createLocalRunner({ server: "machine", env: { DOCKER_HOST: dockerHost } });
    await waitUntilItAnswers(runner, `${folder}/log`);
    await copyImages(lab, images, runner);
    await body({ dockerHost, runner, docker: createDocker(runner) });
  } finally {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

function bootScript(folder: string): string {
  for (const name of ["run", "etc", "data", "exec"]) mkdirSync(`${folder}/${name}`);
  const config = {
    hosts: [`unix://${folder}/docker.sock`],
    "data-root": `${folder}/data`,
    "exec-root": `${folder}/exec`,
    pidfile: `${folder}/docker.pid`,
    bridge: "none",
    iptables: false,
    "ip-forward": false,
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
  };
  writeFileSync(`${folder}/daemon.json`, JSON.stringify(config));
  mkdirSync("/etc/docker", { recursive: true });
  return [
    "mount --make-rprivate /",
    `mount --bind ${folder}/run /run`,
    `mount --bind ${folder}/etc /etc/docker`,
    `exec dockerd --config-file ${folder}/daemon.json`,
  ].join("\n");
}

async function waitUntilItAnswers(runner: Runner, log: string): Promise<void> {
  const giveUpAtMs = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const { status } = await runner.run({ argv: ["docker", "version"] });
    if (status === 0) return;
    if (Date.now() > giveUpAtMs) throw new Error(`No machine to build on: ${readFileSync(log)}`);
    await sleep(200);
  }
}

async function copyImages(lab: LabEnv, images: readonly string[], to: Runner): Promise<void> {
  if (images.length === 0) return;
  const from = createLocalRunner({ server: "lab", env: { DOCKER_HOST: lab.dockerHost } });
  await from.run({
    argv: ["docker", "save", ...images],
    async consume(archive) {
      const { status, stderr } = await to.run({ argv: ["docker", "load"], stdin: archive });
      if (status !== 0) throw new Error(stderr);
    },
  });
}
