/**
 * Reads what a container wrote, as lines with their times, and hears which containers start.
 *
 * The rule: whoever takes a line may hold the reading up, so that nothing piles up here; and nothing
 * keeps running on the server when the reading ends.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { logStreamArgv, watchStartsArgv } from "./log_argv.ts";
import { explainDockerFailure } from "./docker_error.ts";
import type { LogQuery, LogStream } from "./log_query.ts";
import { readObject, readString, readStringRecord } from "./read_json.ts";
import { runDocker } from "./run_docker.ts";
import { untilAborted } from "./watch_exits.ts";

/** A line as the container wrote it. */
export interface LoggedLine {
  readonly stream: LogStream;
  /** When, in Docker's form of RFC 3339 with nine digits: two of them compare as texts. */
  readonly time: string;
  /** Without the line end. */
  readonly text: string;
}

/** A container that was started. */
export interface ContainerStart {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whom lines are given to, and until when. */
export interface LogReader {
  /** A promise that it returns is waited for. */
  readonly onLine: (line: LoggedLine) => void;
  readonly signal: AbortSignal;
}

/** A line has at least the time of its first part; Docker cuts longer ones into parts of 16 KiB. */
const PART_LENGTH = 16_384;
const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Gives out the lines of a container's log, those of each stream in their order.
 *
 * @throws {DockerError} When Docker cannot read it.
 */
export async function readLog(
  runner: Runner,
  query: LogQuery,
  { onLine, signal }: LogReader,
): Promise<void> {
  let words = "";
  const take = (stream: LogStream) => (text: string) => {
    const line = parseLoggedLine(text, stream);
    // Docker's own words have no time.
    if (line === undefined) words = text;
    else return onLine(line);
  };
  const output = await runner.run({
    argv: logStreamArgv(query),
    onLine: take(query.only ?? "stdout"),
    onErrorLine: take("stderr"),
    // Held open: its end is what ends the command on the server.
    ...(query.follow ? { stdin: untilAborted(signal) } : {}),
    signal,
  });
  if (output.status === 0) return;
  const action = `read the log of "${query.container}"`;
  throw explainDockerFailure({ server: runner.server, action, words });
}

/** Reads a line of `docker logs --timestamps`; none where it has no time. */
export function parseLoggedLine(line: string, stream: LogStream): LoggedLine | undefined {
  const [head, time] = TIMED.exec(line) ?? [];
  if (head === undefined || time === undefined) return undefined;
  const text = line.slice(head.length);
  // Every part of a long line has the time of the first in front.
  const whole = text.length > PART_LENGTH ? text.replaceAll(`${time} `, "") : text;
  return { stream, time, text: whole.replace(/\r$/, "") };
}

/** Calls `onStart` for every container with `label` that starts since `sinceMs` (server clock). */
export async function watchStarts(
  runner: Runner,
  label: string,
  { sinceMs, onStart, signal }: {
    readonly sinceMs: number;
    readonly onStart: (start: ContainerStart) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  await runDocker(runner, {
    action: `watch the containers with ${label}`,
    argv: watchStartsArgv(label, sinceMs),
    stdin: untilAborted(signal),
    onLine: (line) => onStart(parseStart(line)),
    timeoutMs: Infinity,
    signal,
  });
}

/** Reads an event of `docker events --format '{{json .}}'`. */
export function parseStart(line: string): ContainerStart {
  const actor = readObject(readObject(JSON.parse(line))["Actor"]);
  const labels = readStringRecord(actor["Attributes"]);
  return { id: readString(actor["ID"]), name: labels["name"] ?? "", labels };
}
