/**
 * Types into an interactive shell on a terminal, as a person does.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";

/** What a shell is started with. */
export interface ShellOptions {
  readonly folder: string;
  readonly path: string;
}

const LIMIT_MS = 60_000;

/**
 * Starts `command` on a terminal of its own, types each of `lines` when the one before it has been
 * answered, and returns what the lines printed. A line has to print the mark `== N ==` at its end,
 * with its number from 0.
 */
export async function typeLines(
  command: string,
  lines: readonly string[],
  { folder, path }: ShellOptions,
): Promise<string> {
  const shell = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { HOME: folder, PATH: `${path}:${process.env["PATH"]}`, TERM: "dumb", LANG: "C.UTF-8" },
    timeout: LIMIT_MS,
  });
  let text = "";
  let typed = 0;
  const type = () => void shell.stdin.write(typed < lines.length ? lines[typed++] : "exit\n");
  shell.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    // The mark as it is printed, not as it is typed.
    if (text.includes(`\n== ${typed - 1} ==`) || (typed === 0 && text.includes("READY"))) type();
  });
  await once(shell, "close");
  return text;
}
