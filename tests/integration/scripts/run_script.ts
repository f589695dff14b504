/**
 * Runs a script of examples/scripts alone in a project's folder, as somebody does who copied it there.
 *
 * The rule: the folder holds luma.yml, the script, and what `npm install FOLDER` puts there: a
 * package.json and a link.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import type { Ended, Project, Reach } from "../deploy/project.ts";

const ROOT = resolve(import.meta.dirname ?? ".", "../../..");

/** The words that start a script with each runtime. */
export const RUNTIMES = {
  bun: [join(ROOT, "node_modules/.bin/bun")],
  deno: [join(ROOT, "node_modules/.bin/deno"), "run", "--no-prompt", "-A"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A process that a test started in the project's folder. */
export interface RunningScript {
  readonly ended: Promise<Ended>;
  /** The first line of standard output; empty when it ended without one. */
  readonly firstLine: Promise<string>;
  stop(): void;
}

/** Puts the script called `name` into the project's folder, and installs the package beside it. */
export async function installScript({ folder }: Project, name: string): Promise<string> {
  await mkdir(join(folder, "node_modules/@luma"), { recursive: true });
  await symlink(ROOT, join(folder, "node_modules/@luma/cli"));
  const packageJson = { dependencies: { "@luma/cli": `file:${ROOT}` } };
  await writeFile(join(folder, "package.json"), JSON.stringify(packageJson));
  await copyFile(join(ROOT, "examples/scripts", name), join(folder, name));
  return name;
}

/** Starts a program in the project's folder. */
export function startIn(project: Project, [program = "", ...args]: readonly string[], options: {
  readonly input?: string;
  readonly reach?: Reach;
} = {}): RunningScript {
  const { folder, lab } = project;
  const env = options.reach === "ssh"
    ? { LUMA_SSH_CONFIG: lab.sshConfigFile }
    : { DOCKER_HOST: lab.dockerHost };
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  const ended = once(child, "close").then(([code]): Ended => ({ code, stdout, stderr }));
  const firstLine = new Promise<string>((found) => {
    child.stdout.on("data", () => stdout.includes("\n") && found(stdout.split("\n")[0] ?? ""));
    void ended.then(() => found(""));
  });
  return { ended, firstLine, stop: () => void child.kill("SIGKILL") };
}

/** Runs a program in the project's folder to its end. */
export function runIn(...args: Parameters<typeof startIn>): Promise<Ended> {
  return startIn(...args).ended;
}
