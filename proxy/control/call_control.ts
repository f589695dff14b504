/**
 * Asks a running control process over its socket.
 *
 * The rule: lines come as they are sent; a Failure is thrown, wherever it comes in the answer.
 *
 * @module
 */
import { type IncomingMessage, request as httpRequest } from "node:http";
import type { Failure, Operation, Operations } from "../api.ts";
import { failure, OperationError } from "./failure.ts";
import { readLines } from "./json_lines.ts";

/** Where to ask, and how long. */
export interface CallOptions {
  readonly socketPath: string;
  readonly signal?: AbortSignal;
}

/** Calls an operation of the API, its request typed. */
export function callOperation<O extends Operation>(
  operation: O,
  request: Operations[O]["request"],
  options: CallOptions,
): AsyncGenerator<Operations[O]["line"]> {
  const body = JSON.stringify(request);
  return callControl(operation, body, options) as AsyncGenerator<Operations[O]["line"]>;
}

/**
 * Calls an operation by name, and yields the lines of the answer.
 *
 * @throws {OperationError} When the answer is or ends with a Failure, or nobody answers.
 */
export async function* callControl(
  operation: string,
  body: string,
  options: CallOptions,
): AsyncGenerator<unknown> {
  const response = await send(operation, body, options);
  const queue = makeQueue(response, options.socketPath);
  try {
    for (;;) {
      const line = await queue.next();
      if (line === undefined) return;
      const value: unknown = JSON.parse(line);
      if (isFailure(value)) throw new OperationError(value);
      yield value;
    }
  } finally {
    response.destroy();
  }
}

function send(operation: string, body: string, options: CallOptions): Promise<IncomingMessage> {
  const { socketPath, signal } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      socketPath,
      method: "POST",
      path: `/v1/${operation}`,
      headers: { host: "luma-proxy", "content-type": "application/json" },
      agent: false,
      ...(signal && { signal }),
    });
    request.on("response", resolve);
    request.on("error", (error) => reject(signal?.aborted ? signal.reason : unreachable(error)));
    request.end(body);
  });

  function unreachable(error: Error): OperationError {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === "ENOENT" || code === "ECONNREFUSED" ? "nobody answers" : error.message;
    return new OperationError(
      failure("internal", `Cannot reach luma-proxy at ${socketPath}: ${why}`, {
        hint: "is it running, and is this its socket? luma-proxy run starts it, --socket names it",
      }),
    );
  }
}

interface LineQueue {
  /** The next line; undefined after the last one. */
  readonly next: () => Promise<string | undefined>;
}

function makeQueue(response: IncomingMessage, socketPath: string): LineQueue {
  const lines: string[] = [];
  let end: "open" | "whole" | "broken" = "open";
  let wake = () => {};
  readLines(response, (line) => {
    lines.push(line);
    wake();
  });
  const finish = (how: "whole" | "broken") => {
    if (end === "open") end = how;
    wake();
  };
  response.on("end", () => finish(response.complete ? "whole" : "broken"));
  response.on("close", () => finish(response.complete ? "whole" : "broken"));
  response.on("error", () => finish("broken"));
  return {
    next: async () => {
      while (lines.length === 0 && end === "open") {
        await new Promise<void>((resolve) => wake = resolve);
      }
      const line = lines.shift();
      if (line === undefined && end === "broken") throw new OperationError(cutFailure(socketPath));
      return line;
    },
  };
}

function cutFailure(socketPath: string): Failure {
  return failure("internal", `The answer from ${socketPath} ended early`, {
    hint: "what was asked for may have happened: read the generation with luma-proxy list",
  });
}

function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "kind" in value &&
    value.kind === "failure";
}
