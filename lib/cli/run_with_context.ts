/**
 * Runs a command: with its configuration, a reporter, and signals that interrupt it.
 *
 * The rule: every error ends here as an event and an exit code.
 *
 * @module
 */
import process from "node:process";
import { loadConfig, loadConfigIfThere, type LoadConfigOptions } from "../config/load_config.ts";
import type { Terminal } from "../commands/context.ts";
import type { ExitCode } from "../error.ts";
import type { Report } from "../report/events.ts";
import { createJsonReporter } from "../report/json_reporter.ts";
import { createLiveReporter, type LiveReporter } from "../report/live_reporter.ts";
import { createPlainReporter, type ReporterOptions } from "../report/plain_reporter.ts";
import { describeError } from "../report/report_error.ts";
import { completeEnvironment } from "../ssh/complete_environment.ts";
import type {
  BareBody,
  CliIo,
  CommandBody,
  CommandNeeds,
  GlobalOptions,
  OpenBody,
} from "./types.ts";

/** A command line that was read. */
export interface CommandRun {
  readonly options: GlobalOptions;
  readonly needs: CommandNeeds;
  readonly io: CliIo;
}

/** Runs `body` with its configuration, and returns the exit code. */
export async function runWithContext<Code extends number = never>(
  run: CommandRun,
  body: CommandBody<Code>,
): Promise<ExitCode | Code> {
  return await runBare(run, async (context, file) => {
    const config = await loadConfig(loadOptions(run, file));
    return await body({ ...context, config });
  });
}

/** Runs `body` with its configuration where there is one, and returns the exit code. */
export async function runOpen<Code extends number = never>(
  run: CommandRun,
  body: OpenBody<Code>,
): Promise<ExitCode | Code> {
  return await runBare(run, async (context, file) => {
    const config = await loadConfigIfThere(loadOptions(run, file));
    return await body(config === undefined ? context : { ...context, config });
  });
}

function loadOptions({ needs, io }: CommandRun, file: string | undefined): LoadConfigOptions {
  return {
    cwd: io.cwd(),
    env: completeEnvironment(io.env),
    allowMissingSecrets: !needs.secrets,
    ...(file === undefined ? {} : { file }),
  };
}

/** Runs `body`, and returns the exit code. */
export async function runBare<Code extends number = never>(
  { options, io, needs }: Omit<CommandRun, "needs"> & { readonly needs?: CommandNeeds },
  body: BareBody<Code>,
): Promise<ExitCode | Code> {
  const streams = needs?.streams === true;
  // Without a project nothing is begun on a server that would have to be put in order.
  const isQuiet = streams || needs === undefined;
  const { report, print, note, stop } = createOutput(options, streams ? asStream(io) : io);
  const interrupt = listenForSignals({ note: isQuiet ? () => {} : note, stop });
  const { signal } = interrupt;
  try {
    const json = options.json === true;
    const terminal = json ? undefined : terminalOf(options, io);
    const output = { report, print, json, ...(terminal === undefined ? {} : { terminal }) };
    const context = { ...output, signal, person: io.person };
    return await body(context, options.config, io.cwd()) ?? 0;
  } catch (error) {
    if (streams && signal.aborted) return INTERRUPTED;
    const interrupted = signal.aborted && isEndOf(interrupt, error);
    if (interrupted && isQuiet) {
      // The shell's prompt does not begin behind an unanswered question.
      if (io.isTerminal) io.err("\n");
      return INTERRUPTED;
    }
    const event = describeError(error, interrupted);
    report(event);
    return event.exitCode;
  } finally {
    interrupt.stop();
    stop();
  }
}

/** What a shell tells of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** The same streams, on which a live display would only be in the way. */
function asStream(io: CliIo): CliIo {
  return { ...io, isTerminal: false };
}

/** Whether a command ended with `error` because it was interrupted. */
function isEndOf({ signal }: Interrupt, error: unknown): boolean {
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

interface Output {
  readonly report: Report;
  readonly print: (text: string) => void;
  /** Writes a line to standard error, whatever is asked to be quiet. */
  readonly note: (text: string) => void;
  readonly stop: () => void;
}

function createOutput(options: GlobalOptions, io: CliIo): Output {
  const out = (line: string) => io.out(`${line}\n`);
  const err = (line: string) => io.err(`${line}\n`);
  // A terminal shows the keys of an interruption where the cursor is: what is noted is a line below.
  const note = (line: string) => io.err(`\n${line}\n`);
  const base = { print: out, note, stop: () => {} };
  if (options.json === true) return { ...base, report: createJsonReporter(out) };
  const { quiet = false, verbose = false, timestamps = false } = options;
  const terminal = terminalOf(options, io);
  const color = terminal?.color ?? false;
  const lines = timestamps
    ? { out: stamped(out), err: stamped(err), quiet, verbose, color }
    : { out, err, quiet, verbose, color };
  if (terminal === undefined || quiet || timestamps) {
    return { ...base, report: createPlainReporter(lines) };
  }
  const live = createLiveReporter({ ...terminal, write: io.err, now: Date.now });
  return liveOutput(live, lines);
}

/** The terminal, if it is one that can be drawn on: a log of a CI system only looks like one. */
function terminalOf({ color }: GlobalOptions, io: CliIo): Terminal | undefined {
  const { env, rows = () => 24, columns, out: write, readKeys } = io;
  const isSet = (name: string) => (env[name] ?? "") !== "";
  if (!io.isTerminal || env["TERM"] === "dumb" || isSet("CI")) return undefined;
  return {
    write,
    columns,
    rows,
    color: color && !isSet("NO_COLOR"),
    ...(readKeys === undefined ? {} : { readKeys }),
  };
}

/** Begins every line with the time, `2026-01-31T12:00:05Z`. */
function stamped(write: (line: string) => void): (line: string) => void {
  return (text) => {
    const time = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    write(text.split("\n").map((line) => `${time} ${line}`).join("\n"));
  };
}

function liveOutput(live: LiveReporter, lines: ReporterOptions): Output {
  const out = (line: string) => live.around(() => lines.out(line));
  const err = (line: string) => live.around(() => lines.err(line));
  const plain = createPlainReporter({ ...lines, out, err });
  return {
    report: (event) => {
      plain(event);
      live.report(event);
    },
    print: out,
    note: err,
    stop: () => live.stop(),
  };
}

interface Interrupt {
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** The first signal interrupts in good order; a second one ends the process at once. */
function listenForSignals({ note, stop }: Pick<Output, "note" | "stop">): Interrupt {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      stop();
      process.exit(130);
    }
    note("Interrupted: putting things in order (again to stop at once)");
    controller.abort(new Error("Interrupted"));
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
