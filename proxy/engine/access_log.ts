/**
 * Makes one line of JSON for every request that was answered, refused or cut.
 *
 * The rule: a line holds no value of a header but Host and X-Request-Id, no body, and the query, which
 * may hold secrets, only where that was asked for. Nothing here waits: the sink takes a line or loses it.
 *
 * @module
 */
import type { Endpoint } from "../api.ts";
import { endpointKey } from "./endpoint.ts";
import { Field } from "./field_names.ts";
import type { RequestSource } from "./forward_request.ts";
import type { GenerationIdentity, InFlight } from "./generation_counters.ts";
import type { Socket } from "./socket.ts";

/** Takes lines; a line that it has no room for is lost and counted. */
export interface LineSink {
  write(line: string): void;
}

/** What is logged, and where. */
export interface AccessLogOptions {
  readonly sink: LineSink;
  readonly withQuery: boolean;
  /** Milliseconds of a clock that nobody sets, for what a request took. */
  readonly now: () => number;
  /** Milliseconds since the epoch, for the time of a line. */
  readonly wallNow: () => number;
}

/** A path or a host is shortened to this: a whole line fits into one write that a pipe keeps together. */
const MAX_TEXT = 1024;
const MAX_ID = 128;
const MAX_REASON = 200;

/** The log of one worker. */
export class AccessLog {
  readonly withQuery: boolean;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  readonly #wallNow: () => number;
  readonly #sink: LineSink;
  readonly #routes = new WeakMap<GenerationIdentity, string>();
  readonly #upstreams = new WeakMap<Endpoint, string>();
  #second = -1;
  #secondText = "";

  constructor({ sink, withQuery, now, wallNow }: AccessLogOptions) {
    this.#sink = sink;
    this.withQuery = withQuery;
    this.now = now;
    this.#wallNow = wallNow;
  }

  /** Begins the line of a request; `source` is none where its head could not be read. */
  begin(socket: Socket, source?: RequestSource): AccessEntry {
    return new AccessEntry(this, socket, source);
  }

  /**
   * Writes the line of an entry that has ended.
   *
   * A line is made for every request: what is the same for many of them is made once.
   */
  write(entry: AccessEntry, reason: string | undefined): void {
    const { inFlight, asked, requestId } = entry;
    const tookMs = this.now() - entry.startedMs;
    let answered = "";
    let why = reason;
    if (inFlight !== undefined) {
      const { endpoint, failure } = inFlight;
      answered = this.#routeOf(inFlight.counters.identity);
      if (endpoint !== undefined) answered += this.#upstreamOf(endpoint);
      why = failure ?? reason;
    }
    const id = requestId === "" ? "" : `,"request_id":${quote(requestId)}`;
    const error = why === undefined ? "" : `,"error":${quote(shorten(why, MAX_REASON))}`;
    const time = this.#format(this.#wallNow());
    this.#sink.write(
      `{"time":"${time}","client":"${entry.client}"${asked},"status":${entry.status}` +
        `,"bytes":${entry.sentBytes},"ms":${tookMs}${answered}${id}${error}}\n`,
    );
  }

  #routeOf(route: GenerationIdentity): string {
    let text = this.#routes.get(route);
    if (text === undefined) {
      text = `,"app":${quote(`${route.project}/${route.app}`)},"color":"${route.color}"`;
      this.#routes.set(route, text);
    }
    return text;
  }

  #upstreamOf(endpoint: Endpoint): string {
    let text = this.#upstreams.get(endpoint);
    if (text === undefined) {
      text = `,"upstream":${quote(endpointKey(endpoint))}`;
      this.#upstreams.set(endpoint, text);
    }
    return text;
  }

  /** Many lines are of the same second: `2026-01-31T12:00:00.` is made once, the rest for each. */
  #format(nowMs: number): string {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date(nowMs).toISOString().slice(0, -4);
    }
    const ms = nowMs - second * 1000;
    return `${this.#secondText}${ms < 10 ? "00" : ms < 100 ? "0" : ""}${ms}Z`;
  }
}

/** A request that will be a line of the log. */
export class AccessEntry {
  /** An address, which stands for itself in JSON. */
  readonly client: string;
  /** What was asked for, as members of the line; empty where the head could not be read. */
  readonly asked: string;
  /** Empty where the request came without one, until it is given one. */
  requestId: string;
  readonly startedMs: number;
  /** What the client was answered; 0 while it was not. */
  status = 0;
  /** None where no route takes the request. */
  inFlight: InFlight | undefined;
  readonly #log: AccessLog;
  readonly #socket: Socket;
  readonly #sentBefore: number;

  constructor(log: AccessLog, socket: Socket, source: RequestSource | undefined) {
    this.#log = log;
    this.#socket = socket;
    this.#sentBefore = socket.bytesWritten;
    this.client = socket.remoteAddress;
    this.startedMs = log.now();
    this.asked = source === undefined ? "" : describeRequest(source, log.withQuery);
    this.requestId = source === undefined ? "" : givenId(source);
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

/** A method is a token (RFC 9110, 9.1), which stands for itself in JSON. */
function describeRequest(source: RequestSource, withQuery: boolean): string {
  const { method, host } = source.request;
  const path = quote(shorten(pathOf(source, withQuery), MAX_TEXT));
  return `,"method":"${method}","host":${quote(shorten(host, MAX_TEXT))},"path":${path}`;
}

function pathOf({ bytes, request }: RequestSource, withQuery: boolean): string {
  const { targetStart: start, targetEnd: end } = request;
  return withQuery && start !== end ? bytes.toString("latin1", start, end) : request.path;
}

function givenId({ bytes, parser }: RequestSource): string {
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
