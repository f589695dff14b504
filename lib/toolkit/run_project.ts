/**
 * Runs a script as luma runs a command: with its display, its errors, and signals that interrupt it.
 *
 * The rule: every error ends as an event and an exit code; the script decides when to exit.
 *
 * @module
 */
import { processIo } from "../../cli.ts";
import { runWithContext } from "../cli/run_with_context.ts";
import type { CliIo } from "../cli/types.ts";
import type { ExitCode } from "../error.ts";
import type { Report } from "../report/events.ts";
import { makeProject, type Project } from "./project.ts";

/** How a script is run; all as the options of the command line. */
export interface RunProjectOptions {
  /** The project's file, relative to the current folder; luma.yml, or luma.yaml, unless given. */
  readonly file?: string;
  /** Print events as JSON, one a line. */
  readonly json?: boolean;
  /** Print warnings and errors alone. */
  readonly quiet?: boolean;
  /** Print every step. */
  readonly verbose?: boolean;
  /** False: no live line on a terminal, for scripts that ask a person something. */
  readonly live?: boolean;
  /** Takes every event too, when it was printed. */
  readonly onEvent?: Report;
  /** A secret without a value is a warning: for scripts that only look. */
  readonly allowMissingSecrets?: boolean;
  /** What is read and written; this process's own unless given. */
  readonly io?: CliIo;
}

/**
 * Runs the body of a script with the project of the current folder.
 *
 * Events are printed as luma prints them, Ctrl-C and SIGTERM undo what is not confirmed yet, and an
 * error is printed with what to do next.
 *
 * @returns The exit code: 0, or that of the error, as for `luma deploy`. Set it, rather than exit with
 * it: then all that was printed arrives, also where a pipe is full.
 *
 * @example
 * ```ts
 * import process from "node:process";
 * import { runProject } from "@luma/cli";
 *
 * process.exitCode = await runProject(async (project) => {
 *   await project.deploy({ beforeSwitch: (color) => color.check("/login") });
 * });
 * ```
 */
export async function runProject(
  body: (project: Project, signal: AbortSignal) => Promise<void>,
  options: RunProjectOptions = {},
): Promise<ExitCode> {
  const { file, json = false, quiet = false, verbose = false, onEvent } = options;
  const io = options.io ?? processIo();
  const flags = { json, quiet, verbose, color: true };
  return await runWithContext<never>(
    {
      options: file === undefined ? flags : { ...flags, config: file },
      needs: { secrets: options.allowMissingSecrets !== true },
      io: options.live === false ? { ...io, isTerminal: false } : io,
    },
    async (context) => {
      const report: Report = (event) => {
        context.report(event);
        onEvent?.(event);
      };
      await body(makeProject({ ...context, report }), context.signal);
    },
  );
}
