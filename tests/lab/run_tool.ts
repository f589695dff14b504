/**
 * Runs one of the system's programs for the lab.
 *
 * The rule: a program that fails is an error with its own words, unless the caller expects it.
 *
 * @module
 */
import { spawn } from "node:child_process";

/** How a program is run. */
export interface ToolOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A failure gives what was printed, and no error: for looking, and for taking down. */
  readonly mayFail?: boolean;
  /** Milliseconds until it is killed; two minutes unless given. */
  readonly timeoutMs?: number;
}

/**
 * Runs `argv` to its end.
 *
 * @returns Its standard output, without white space around it.
 */
export function runTool(argv: readonly string[], options: ToolOptions = {}): Promise<string> {
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs ?? 120_000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  return new Promise((resolve, reject) => {
    child.on("error", (cause) => {
      if (options.mayFail) resolve("");
      else reject(new Error(`Cannot run ${program}: ${cause.message}`, { cause }));
    });
    child.on("close", (status, signal) => {
      if (status === 0 || options.mayFail) return resolve(stdout.trim());
      const reason = stderr.trim() || stdout.trim() || signal;
      reject(new Error(`Cannot run ${argv.join(" ")}: status ${status}: ${reason}`));
    });
  });
}
