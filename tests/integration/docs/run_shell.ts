/**
 * Runs commands in one shell, one after the other, as a person types them.
 *
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";

/** Where and with what commands run. */
export interface ShellOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a command printed, standard output and error together, and how it ended. */
export interface ShellOutput {
  readonly text: string;
  readonly status: number;
}

const MARK = "== end of command ==";
/** A transcript may hold several deployments. */
const LIMIT_MS = 120_000;

/** Runs `commands`; each finds `$?`, variables and folder as the one before it left them. */
export function runShell(
  commands: readonly string[],
  { folder, env }: ShellOptions,
): Promise<readonly ShellOutput[]> {
  const script = commands.map((command) =>
    `${command}\nstatus=$?; printf '\\n${MARK} %s\\n' "$status"; (exit "$status")\n`
  );
  const child = spawn("bash", ["-c", `exec 2>&1\n${script.join("")}`], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    timeout: LIMIT_MS,
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => text += part);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", () => {
      const parts = text.split(new RegExp(`\\n${MARK} (\\d+)\\n`));
      // What was ended before its mark has no status of its own.
      done(commands.map((_, at) => ({
        text: parts[2 * at] ?? "",
        status: Number(parts[2 * at + 1] ?? 255),
      })));
    });
  });
}

/** Whether the program that a command starts with is there. */
export async function hasProgram(command: string, options: ShellOptions): Promise<boolean> {
  const [, program = ""] = /^(?:exec )?(\S+)/.exec(command) ?? [];
  const [output] = await runShell([`command -v ${program}`], options);
  return output?.status === 0;
}
