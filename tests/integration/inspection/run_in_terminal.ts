/**
 * Runs luma on a terminal of its own, whose screen is read and whose keys are pressed.
 *
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { quoteShell } from "../../../lib/ssh/quote.ts";
import { type VirtualTerminal, virtualTerminal } from "../../fixtures/virtual_terminal.ts";
import type { Project } from "../deploy/project.ts";

/** A run on a terminal. */
export interface TerminalRun {
  readonly terminal: VirtualTerminal;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  press(keys: string): void;
  /** Waits until the screen has a line that `pattern` fits. */
  until(pattern: RegExp): Promise<void>;
}

const LIMIT_MS = 120_000;

/** Starts luma in the project's folder. The terminal has no size, so that luma takes 80 columns. */
export async function runInTerminal(
  { folder, lab }: Pick<Project, "folder" | "lab">,
  ...args: readonly string[]
): Promise<TerminalRun> {
  const program = await ensureHostExecutable("luma");
  const { CI: _ci, ...env } = process.env;
  const child = spawn("script", ["-qfec", quoteShell([program, ...args]), "/dev/null"], {
    cwd: folder,
    env: { ...env, NO_COLOR: "1", TERM: "xterm", LUMA_SSH_CONFIG: lab.sshConfigFile },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const terminal = virtualTerminal(80, 24);
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    terminal.write(text);
    for (const look of waiting) look();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    terminal,
    ended,
    press: (keys) => void child.stdin.write(keys),
    until: (pattern) => waitFor(terminal, pattern, waiting),
  };
}

function waitFor(
  terminal: VirtualTerminal,
  pattern: RegExp,
  waiting: Set<() => void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(new Error(`The screen never had ${pattern}:\n${terminal.screen().join("\n")}`));
    }, LIMIT_MS);
    const look = () => {
      if (!terminal.screen().some((line) => pattern.test(line))) return;
      clearTimeout(timer);
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
    look();
  });
}
