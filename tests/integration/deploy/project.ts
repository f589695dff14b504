/**
 * A project in a folder of its own, and the command line that works on it.
 *
 * The rule: luma runs as users run it, as an executable; what a test leaves on the server is removed.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { createDocker } from "../../../lib/docker/create_docker.ts";
import type { Docker } from "../../../lib/docker/types.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";
import { type LabEnv, readLabEnv } from "../../lab/lab_env.ts";

/** How a run of luma ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of luma. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Waits until standard output has a line that `pattern` fits, or the run has ended. */
  until(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** A project of a test. */
export interface Project {
  readonly name: string;
  readonly folder: string;
  readonly lab: LabEnv;
  /** The executable, and the environment in which it reaches the server. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** The server's Docker, to look at. */
  readonly docker: Docker;
  readonly runner: Runner;
  /** Writes luma.yml: `apps` is what stands below that key, indented by two. */
  write(apps: string): Promise<void>;
  start(...args: readonly string[]): Running;
  luma(...args: readonly string[]): Promise<Ended>;
  /** Fails with luma's own words unless it exits with 0. */
  lumaOk(...args: readonly string[]): Promise<Ended>;
}

/** How the project reaches its server. */
export type Reach = "local" | "ssh";

let count = 0;
let executable: Promise<string> | undefined;

/**
 * Gives `body` a project, and removes all of it afterwards.
 *
 * @param env Variables of every run of luma beside those that lead it to the server.
 */
export async function withProject(
  reach: Reach,
  body: (project: Project) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const lab = readLabEnv();
  const name = `t${process.pid}-${count++}`;
  const folder = await mkdtemp(join(tmpdir(), "luma-project-"));
  const runner = createLocalRunner({
    server: "lab",
    env: { ...process.env, DOCKER_HOST: lab.dockerHost },
  });
  const docker = createDocker(runner);
  const program = await (executable ??= ensureHostExecutable("luma"));
  const project = makeProject({ name, folder, lab, docker, runner, reach, program, env });
  try {
    await body(project);
  } finally {
    await removeProject(project);
    await rm(folder, { recursive: true });
  }
}

function makeProject(
  parts: Pick<Project, "name" | "folder" | "lab" | "docker" | "runner"> & {
    readonly reach: Reach;
    readonly program: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Project {
  const { name, folder, lab, reach, docker, runner, program } = parts;
  const server = reach === "ssh" ? `servers: [${lab.serverName}]\n` : "";
  const env = {
    ...(reach === "ssh" ? { LUMA_SSH_CONFIG: lab.sshConfigFile } : { DOCKER_HOST: lab.dockerHost }),
    ...parts.env,
  };
  const start = (...args: readonly string[]) => startProgram([program, ...args], { folder, env });
  const luma = (...args: readonly string[]) => start(...args).ended;
  return {
    name,
    folder,
    lab,
    docker,
    runner,
    program,
    env,
    start,
    luma,
    write: (apps) => writeFile(join(folder, "luma.yml"), `name: ${name}\n${server}apps:\n${apps}`),
    async lumaOk(...args) {
      const ended = await luma(...args);
      if (ended.code === 0) return ended;
      throw new Error(
        `luma ${args.join(" ")} ended with ${ended.code}\n${ended.stdout}${ended.stderr}`,
      );
    },
  };
}

function startProgram(
  [program = "", ...args]: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
): Running {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  const ended = new Promise<Ended>((done) =>
    child.on("close", (code) => done({ code, stdout, stderr }))
  );
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
    until: (pattern) =>
      new Promise((found) => {
        const look = () => pattern.test(stdout) && found();
        child.stdout.on("data", look);
        void ended.then(() => found());
        look();
      }),
  };
}

async function removeProject({ name, docker, runner }: Project): Promise<void> {
  const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
  for (const container of containers) await docker.removeContainer(container.name);
  const network = `${name}-network`;
  const proxy = ["docker", "exec", "luma-proxy", "luma-proxy"];
  for (const app of new Set(containers.map(({ labels }) => labels["luma.app"] ?? ""))) {
    await runner.run({ argv: [...proxy, "remove", "--project", name, "--app", app] });
  }
  await runner.run({ argv: ["docker", "network", "disconnect", "-f", network, "luma-proxy-net"] });
  await runner.run({ argv: ["docker", "network", "rm", network] });
}

/** The words below `apps:` for the example app. */
export function blogApp(image: string, options: {
  readonly name?: string;
  readonly host: string;
  readonly replicas?: number;
  readonly more?: string;
}): string {
  const { name = "blog", host, replicas = 1, more = "" } = options;
  return `  ${name}:
    image: "${image}"
    replicas: ${replicas}
    proxy: { hosts: ["${host}"], app_port: 3000 }
${more}`;
}
