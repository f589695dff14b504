/**
 * Prints lines of logs, for people or as JSON.
 *
 * The rule: a line of the only container is printed as it was written, to the stream it was written to;
 * lines of several go to standard output, each with its container's name in front.
 *
 * @module
 */
import type { LogStream } from "../docker/log_query.ts";
import type { LoggedLine } from "../docker/read_log.ts";

/** Where a line is from. */
export interface LogOrigin {
  readonly server: string;
  readonly container: string;
}

/** A line with its origin. */
export interface OriginLine extends LoggedLine {
  readonly origin: LogOrigin;
}

/** Takes text, at the pace of whoever reads it. */
export interface LogSink {
  /** @returns What to wait for before more is written; none where more can be taken at once. */
  write(this: void, stream: LogStream, text: string): Promise<void> | undefined;
  /** Aborted when nobody reads any more. */
  readonly gone: AbortSignal;
}

/** How lines are printed. */
export interface PrinterOptions {
  readonly sink: LogSink;
  readonly json: boolean;
  /** With the time of each line. */
  readonly timestamps: boolean;
  /** Names in front in colors. */
  readonly color: boolean;
  /** Names in front as soon as there are several containers. */
  readonly prefix: boolean;
}

/** Prints lines. */
export interface LogPrinter {
  /** Tells of a container whose lines may come. */
  expect(this: void, origin: LogOrigin): void;
  /** @returns What to wait for before the next line. */
  print(this: void, line: OriginLine): Promise<void> | undefined;
}

/** Cyan, yellow, green, magenta, blue, and the bright ones: what is read well on dark and light. */
const COLORS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94] as const;

/** Makes a {@linkcode LogPrinter}. */
export function createLogPrinter(options: PrinterOptions): LogPrinter {
  const { sink, json } = options;
  const names = new Map<string, string>();
  const servers = new Set<string>();
  let width = 0;
  const expect = ({ server, container }: LogOrigin): void => {
    servers.add(server);
    names.set(`${server}/${container}`, container);
    width = Math.max(width, container.length);
  };
  const head = ({ server, container }: LogOrigin): string => {
    const order = [...names.keys()].indexOf(`${server}/${container}`);
    const where = servers.size > 1 ? `[${server}] ` : "";
    const text = `${where}${container.padEnd(width)} |`;
    return `${options.color ? paint(text, order) : text} `;
  };
  return {
    expect,
    print(line) {
      if (json) return sink.write("stdout", `${formatJsonLine(line)}\n`);
      expect(line.origin);
      const many = names.size > 1;
      const prefix = many && options.prefix ? head(line.origin) : "";
      const time = options.timestamps ? `${shortTime(line.time)} ` : "";
      return sink.write(many ? "stdout" : line.stream, `${prefix}${time}${line.text}\n`);
    },
  };
}

function formatJsonLine({ origin, time, stream, text }: OriginLine): string {
  return JSON.stringify({ kind: "log", time, ...origin, stream, line: text });
}

/** `2026-01-31T12:00:05.123Z` of a time with nine digits. */
function shortTime(time: string): string {
  return time.replace(/(\.\d{3})\d*/, "$1");
}

function paint(text: string, order: number): string {
  return `\u001b[${COLORS[order % COLORS.length] ?? 0}m${text}\u001b[0m`;
}
