/**
 * Runs a command: with its configuration, a reporter, and signals that interrupt it.
 *
 * The rule: every error ends here as an event and an exit code.
 *
 * @module
 */
import process from "node:process";
import { loadConfig } from "../config/load_config.ts";
import type { ExitCode } from "../error.ts";
import type { Report } from "../report/events.ts";
import { createJsonReporter } from "../report/json_reporter.ts";
import { createLiveReporter, type LiveReporter } from "../report/live_reporter.ts";
import { createPlainReporter } from "../report/plain_reporter.ts";
import { describeError } from "../report/report_error.ts";
import type { CliIo, CommandBody, CommandNeeds, GlobalOptions } from "./types.ts";

/** A command line that was read. */
export interface CommandRun {
  readonly options: GlobalOptions;
  readonly needs: CommandNeeds;
  readonly io: CliIo;
}

/** Runs `body`, and returns the exit code. */
export async function runWithContext(
  { options, needs, io }: CommandRun,
  body: CommandBody,
): Promise<ExitCode> {
  const { report, print, stop } = createOutput(options, io);
  const interrupt = listenForSignals(io);
  try {
    const config = await loadConfig({
      cwd: io.cwd(),
      env: io.env,
      allowMissingSecrets: !needs.secrets,
      ...(options.config === undefined ? {} : { file: options.config }),
    });
    await body({ config, report, print, json: options.json === true, signal: interrupt.signal });
    return 0;
  } catch (error) {
    const event = describeError(
      error,
      interrupt.signal.aborted && error === interrupt.signal.reason,
    );
    report(event);
    return event.exitCode;
  } finally {
    interrupt.stop();
    stop();
  }
}

interface Output {
  readonly report: Report;
  readonly print: (text: string) => void;
  readonly stop: () => void;
}

function createOutput(options: GlobalOptions, io: CliIo): Output {
  const out = (line: string) => io.out(`${line}\n`);
  const err = (line: string) => io.err(`${line}\n`);
  if (options.json === true) return { report: createJsonReporter(out), print: out, stop: () => {} };
  const { quiet = false, verbose = false } = options;
  const color = options.color && io.isTerminal && io.env["NO_COLOR"] === undefined;
  const lines = { out, err, quiet, verbose, color };
  if (!io.isTerminal || quiet) {
    return { report: createPlainReporter(lines), print: out, stop: () => {} };
  }
  const live = createLiveReporter({ write: io.err, columns: io.columns, now: Date.now });
  return liveOutput(
    live,
    createPlainReporter({
      ...lines,
      out: (line) => live.around(() => out(line)),
      err: (line) => live.around(() => err(line)),
    }),
    out,
  );
}

function liveOutput(live: LiveReporter, plain: Report, out: (line: string) => void): Output {
  return {
    report: (event) => {
      plain(event);
      live.report(event);
    },
    print: (text) => live.around(() => out(text)),
    stop: () => live.stop(),
  };
}

interface Interrupt {
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** The first signal interrupts in good order; a second one ends the process at once. */
function listenForSignals(io: CliIo): Interrupt {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    io.err("\nInterrupted: putting things in order (again to stop at once)\n");
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
