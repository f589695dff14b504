/**
 * Runs one of the system's programs for the lab.
 *
 * The rule: a program that fails is an error with its own words, unless the caller expects it.
 *
 * @module
 */
import $ from "dax";

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
export async function runTool(argv: readonly string[], options: ToolOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runQuietly(argv, options);
  if (status === 0 || options.mayFail) return stdout.trim();
  throw new Error(
    `Cannot run ${argv.join(" ")}: status ${status}: ${stderr.trim() || stdout.trim()}`,
  );
}

async function runQuietly(
  argv: readonly string[],
  options: ToolOptions,
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const result = await $`${[...argv]}`
    .env(options.env ?? {})
    .stdin("null")
    .stdout("piped")
    .stderr("piped")
    .timeout(options.timeoutMs ?? 120_000)
    .noThrow();
  return { status: result.code, stdout: result.stdout, stderr: result.stderr };
}
