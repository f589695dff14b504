/**
 * Makes one line of JSON for every request that was answered, refused or cut.
 *
 * The rule: a line holds no value of a header but Host and X-Request-Id, no body, and the query, which
 * may hold secrets, only where that was asked for. Nothing here waits: the sink takes a line or loses it.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { endpointKey } from "./endpoint.ts";
import { Field } from "./field_names.ts";
import type { RequestSource } from "./forward_request.ts";
import type { InFlight } from "./generation_counters.ts";
import type { HeadParser } from "./head_parser.ts";
import type { Socket } from "./socket.ts";

/** Takes lines; a line that it has no room for is lost and counted. */
export interface LineSink {
  write(line: string): void;
}

/** What is logged, and where. */
export interface AccessLogOptions {
  readonly sink: LineSink;
  readonly withQuery: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A path or a host is shortened to this: a whole line fits into one write that a pipe keeps together. */
const MAX_TEXT = 1024;
const MAX_ID = 128;
const MAX_REASON = 200;

/** The log of one worker. */
export class AccessLog {
  readonly #options: AccessLogOptions;
  #timeMs = -1;
  #time = "";

  constructor(options: AccessLogOptions) {
    this.#options = options;
  }

  /** Begins the line of a request; `source` is none where its head could not be read. */
  begin(socket: Socket, source?: RequestSource): AccessEntry {
    return new AccessEntry(this, socket, { source, ...this.#options });
  }

  /** Writes the line of an entry that has ended. */
  write(entry: AccessEntry, reason: string | undefined): void {
    const { inFlight, requestId, startedMs } = entry;
    const nowMs = this.#options.now();
    const route = inFlight?.counters.identity;
    const endpoint = inFlight?.endpoint;
    const why = inFlight?.failure ?? reason;
    let line = `{"time":"${this.#format(nowMs)}","client":${quote(entry.client)}`;
    if (entry.method !== "") {
      line += `,"method":${quote(entry.method)},"host":${quote(entry.host)}` +
        `,"path":${quote(entry.path)}`;
    }
    line += `,"status":${entry.status},"bytes":${entry.sentBytes},"ms":${nowMs - startedMs}`;
    if (route !== undefined) {
      line += `,"app":${quote(`${route.project}/${route.app}`)},"color":"${route.color}"`;
    }
    if (endpoint !== undefined) line += `,"upstream":${quote(endpointKey(endpoint))}`;
    if (requestId !== "") line += `,"request_id":${quote(requestId)}`;
    if (why !== undefined) line += `,"error":${quote(shorten(why, MAX_REASON))}`;
    this.#options.sink.write(`${line}}\n`);
  }

  /** Many lines are of the same millisecond. */
  #format(nowMs: number): string {
    if (nowMs !== this.#timeMs) {
      this.#timeMs = nowMs;
      this.#time = new Date(nowMs).toISOString();
    }
    return this.#time;
  }
}

interface EntryFacts {
  readonly source: RequestSource | undefined;
  readonly withQuery: boolean;
  readonly now: () => number;
}

/** A request that will be a line of the log. */
export class AccessEntry {
  readonly client: string;
  /** Empty where the head could not be read. */
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly startedMs: number;
  /** Empty where the request came without one, until it is given one. */
  requestId = "";
  /** What the client was answered; 0 while it was not. */
  status = 0;
  /** None where no route takes the request. */
  inFlight: InFlight | undefined;
  readonly #log: AccessLog;
  readonly #socket: Socket;
  readonly #sentBefore: number;

  constructor(log: AccessLog, socket: Socket, { source, withQuery, now }: EntryFacts) {
    this.#log = log;
    this.#socket = socket;
    this.#sentBefore = socket.bytesWritten;
    this.client = socket.remoteAddress;
    this.startedMs = now();
    this.method = source?.request.method ?? "";
    this.host = shorten(source?.request.host ?? "", MAX_TEXT);
    this.path = source === undefined ? "" : shorten(pathOf(source, withQuery), MAX_TEXT);
    if (source !== undefined) this.requestId = givenId(source.bytes, source.parser);
  }

  /** What the client was sent since the request began, heads included. */
  get sentBytes(): number {
    return this.#socket.bytesWritten - this.#sentBefore;
  }

  /** Writes the line; `reason` says why it went wrong, where the request itself does not know. */
  end(reason?: string): void {
    this.#log.write(this, reason);
  }
}

function pathOf({ bytes, request }: RequestSource, withQuery: boolean): string {
  const { targetStart: start, targetEnd: end } = request;
  return withQuery && start !== end ? bytes.toString("latin1", start, end) : request.path;
}

function givenId(bytes: Buffer, parser: HeadParser): string {
  for (let index = 0; index < parser.count; index++) {
    if (parser.fields[index] === Field.requestId) {
      return shorten(parser.valueOf(bytes, index), MAX_ID);
    }
  }
  return "";
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** What stands for itself between quotes of JSON. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
