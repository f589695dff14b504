/**
 * Answers the control API on a Unix socket.
 *
 * The rule: whatever goes wrong becomes a Failure; a client that goes away ends what only it waits for.
 *
 * @module
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { failure, type FailureCode, OperationError, statusOf, toFailure } from "./failure.ts";
import { toLine } from "./json_lines.ts";
import { isOperation } from "./parse_request.ts";
import { type OperationContext, runOperation } from "./operations.ts";

/** Carries out a request that is no operation of the API, for another control process. */
export type PrivateOperation = (signal: AbortSignal, request: unknown) => AsyncIterable<unknown>;

/** What the server answers with. */
export interface ControlServerOptions extends Omit<OperationContext, "signal"> {
  /** By name: `hand-over`, `follow`, `followed`. */
  readonly privateOperations: Readonly<Record<string, PrivateOperation>>;
}

/** Bytes that a request may have. */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** Makes the server; it does not listen yet. */
export function makeControlServer(options: ControlServerOptions): Server {
  return createServer((request, response) => {
    answer(request, response, options).catch((error) => endWithFailure(response, error));
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlServerOptions,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const name = /^\/v1\/([a-z-]+)$/.exec(request.url ?? "")?.[1];
  if (request.method !== "POST" || name === undefined) {
    throw refuse(
      "bad request",
      `Cannot answer ${request.method} ${request.url}`,
      "POST /v1/status",
    );
  }
  const body = await readBody(request);
  for await (const line of findLines(name, body, { ...options, signal: gone.signal })) {
    if (gone.signal.aborted) return;
    if (!response.headersSent) response.writeHead(200, HEADERS);
    response.write(toLine(line));
  }
  response.end();
}

function findLines(
  name: string,
  body: string,
  options: ControlServerOptions & { readonly signal: AbortSignal },
): AsyncIterable<unknown> {
  const privateOperation = Object.hasOwn(options.privateOperations, name)
    ? options.privateOperations[name]
    : undefined;
  if (privateOperation !== undefined) {
    return privateOperation(options.signal, parseBody(name, body));
  }
  if (!isOperation(name)) {
    throw refuse("unknown operation", `Cannot carry out "${name}": there is no such operation`);
  }
  return runOperation(name, parseBody(name, body), options);
}

function endWithFailure(response: ServerResponse, error: unknown): void {
  const reason = toFailure(error);
  if (!response.headersSent) response.writeHead(statusOf(reason), HEADERS);
  response.end(toLine(reason));
}

const HEADERS = { "content-type": "application/x-ndjson", connection: "close" };

function parseBody(name: string, body: string): unknown {
  if (body.trim() === "") return {};
  try {
    return JSON.parse(body);
  } catch (error) {
    throw refuse(
      "bad request",
      `Cannot ${name}: the request is not JSON: ${(error as Error).message}`,
    );
  }
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
    });
    // Answered after its end: a client that still writes would see a broken pipe, not the answer.
    request.on("end", () => {
      if (sizeBytes <= MAX_REQUEST_BYTES) resolve(Buffer.concat(chunks).toString("utf8"));
      else reject(refuse("bad request", "Cannot read the request: it has more than 1 MiB"));
    });
    request.on("error", reject);
  });
}

function refuse(code: FailureCode, message: string, hint?: string): OperationError {
  return new OperationError(failure(code, message, hint === undefined ? {} : { hint }));
}
