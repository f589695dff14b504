/**
 * The commands that ask a running proxy: each reads its flags, calls one operation, and prints.
 *
 * The rule: with `--json` the operation's own lines are printed, and nothing else.
 *
 * @module
 */
import type { Failure, Operation, Operations } from "../api.ts";
import { callOperation } from "../control/call_control.ts";
import { OperationError } from "../control/failure.ts";
import { toLine } from "../control/json_lines.ts";
import { CLIENT_REQUESTS, type ClientRequest } from "./client_requests.ts";
import { formatLine } from "./format_line.ts";
import { parseFlags } from "./parse_flags.ts";
import { type ProxyIo, ProxyUsageError } from "./proxy_io.ts";
import { readSocketPath } from "./run_command.ts";

/** A command of the client. */
export interface ClientCommand {
  readonly help: string;
  readonly run: (args: readonly string[], io: ProxyIo) => Promise<number>;
}

/** The command of that name. */
export function findClientCommand(name: string): ClientCommand | undefined {
  if (!Object.hasOwn(CLIENT_REQUESTS, name)) return undefined;
  const operation = name as Operation;
  const command: ClientRequest<Operation> = CLIENT_REQUESTS[operation];
  return { help: command.help, run: (args, io) => runClient(operation, args, io) };
}

async function runClient<O extends Operation>(
  operation: O,
  args: readonly string[],
  io: ProxyIo,
): Promise<number> {
  const command: ClientRequest<O> = CLIENT_REQUESTS[operation];
  const flags = parseFlags(args, { ...command.flags, socket: "string", json: "boolean" });
  if (flags.words.length > 0) throw new ProxyUsageError(`unexpected argument "${flags.words[0]}"`);
  const request = command.toRequest(flags);
  const isJson = flags.has("json");
  const options = { socketPath: readSocketPath(flags), signal: io.signal };
  let isGood = true;
  try {
    for await (const line of callOperation(operation, request, options)) {
      io.stdout.write(isJson ? toLine(line) : formatLine(operation, line, io.now()));
      isGood = isGood && isGoodLine(line);
    }
    return isGood ? 0 : 1;
  } catch (error) {
    if (io.signal.aborted) return 130;
    if (!(error instanceof OperationError)) throw error;
    if (isJson) io.stdout.write(toLine(error.failure));
    else io.stderr.write(formatFailure(error.failure));
    return 1;
  }
}

/** Whether a line says that what was asked for came about. */
function isGoodLine(line: Operations[Operation]["line"]): boolean {
  return !("kind" in line) || line.kind !== "unhealthy";
}

function formatFailure(failure: Failure): string {
  return `${failure.message}\n${failure.hint === undefined ? "" : `hint: ${failure.hint}\n`}`;
}
