/**
 * `luma-proxy call OPERATION`: the control API for programs.
 *
 * The rule: JSON in on standard input, JSON lines out; a Failure is the last line, with exit code 1.
 *
 * @module
 */
import type { Readable } from "node:stream";
import { callControl } from "../control/call_control.ts";
import { toFailure } from "../control/failure.ts";
import { toLine } from "../control/json_lines.ts";
import { parseFlags } from "./parse_flags.ts";
import { type ProxyIo, ProxyUsageError } from "./proxy_io.ts";
import { readSocketPath } from "./run_command.ts";

/** What `call --help` prints. */
export const CALL_HELP = `Usage: luma-proxy call OPERATION [--socket PATH]

Sends standard input, one JSON value, as the request of OPERATION, and prints the answer: one JSON
value a line. Exit code 1 when the last line is a failure.
Operations: status list check switch watch confirm switch-back drain deploy remove
`;

/** Calls an operation; resolves with the exit code. */
export async function callCommand(args: readonly string[], io: ProxyIo): Promise<number> {
  const flags = parseFlags(args, { socket: "string" });
  const [operation, ...rest] = flags.words;
  if (operation === undefined || rest.length > 0) {
    throw new ProxyUsageError("expected one operation");
  }
  if (!/^[a-z-]+$/.test(operation)) throw new ProxyUsageError(`no operation "${operation}"`);
  const body = io.stdin.isTTY === true ? "" : await readAll(io.stdin);
  const socketPath = readSocketPath(flags);
  try {
    for await (const line of callControl(operation, body, { socketPath, signal: io.signal })) {
      io.stdout.write(toLine(line));
    }
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 130;
    io.stdout.write(toLine(toFailure(error)));
    return 1;
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
