/**
 * Runs executables in folders of their own.
 *
 * The rule: a program gets the environment that a test names, and nothing of the test's own.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where, and with what, a program runs. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `argv` to its end. */
export function runProgram(
  [program = "", ...args]: readonly string[],
  { cwd, env = {} }: RunOptions,
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: cwd, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  return new Promise((ended, failed) => {
    child.on("error", failed);
    child.on("close", (code) => ended({ code, stdout, stderr }));
  });
}

/** Gives `use` a folder that is removed afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-executable-"));
  try {
    await use(folder);
  } finally {
    await removeFolder(folder);
  }
}

/** What a program has started may outlive it by a moment, and still write there. */
async function removeFolder(folder: string): Promise<void> {
  for (let left = 50; existsSync(folder); left--) {
    try {
      await rm(folder, { recursive: true });
    } catch (error) {
      if (left === 0) throw error;
      await setTimeout(100);
    }
  }
}
