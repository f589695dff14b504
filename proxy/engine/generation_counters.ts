/**
 * Counts what one generation of a route is asked, answers and fails.
 *
 * The rule: a request stays with the generation it was counted in, however long it takes.
 *
 * @module
 */
import type { Color, DrainingRequest, Endpoint, RouteKey } from "../api.ts";
import type { GenerationReport } from "../worker/protocol.ts";
import type { EndpointState } from "./endpoint.ts";
import { InFlightList, type Linked } from "./in_flight_list.ts";

const RECENT_SECONDS = 60;
const MAX_EXAMPLES = 5;
const MAX_OLDEST = 5;
/** Longer paths are shortened in examples and reports. */
const MAX_PATH_LENGTH = 200;

/** Which generation is counted. */
export interface GenerationIdentity extends RouteKey {
  readonly generation: number;
  readonly color: Color;
}

/** A request or stream that is being answered. */
export class InFlight implements Linked<InFlight> {
  readonly method: string;
  readonly path: string;
  readonly startedMs: number;
  readonly counters: GenerationCounters;
  kind: DrainingRequest["kind"] = "request";
  /** Ends it in order; set for streams. */
  close: (() => Promise<void>) | undefined;
  /** Why it failed; none where it did not. */
  failure: string | undefined;
  list: InFlightList<InFlight> | undefined;
  older: InFlight | undefined;
  newer: InFlight | undefined;
  #endpoint: EndpointState | undefined;
  #ended = false;

  constructor(counters: GenerationCounters, request: RequestFacts) {
    this.counters = counters;
    this.method = request.method;
    this.path = request.path;
    this.startedMs = request.nowMs;
  }

  /** Where it was sent last. */
  get endpoint(): Endpoint | undefined {
    return this.#endpoint?.endpoint;
  }

  /** Counts it as in flight at `endpoint`, and nowhere else. */
  moveTo(endpoint: EndpointState): void {
    if (this.#ended || this.#endpoint === endpoint) return;
    if (this.#endpoint !== undefined) this.#endpoint.inFlight--;
    endpoint.inFlight++;
    this.#endpoint = endpoint;
  }

  /** Counts it as failed, once; `reason` is a status or what went wrong. */
  fail(reason: string, nowMs: number): void {
    if (this.failure !== undefined || this.#ended) return;
    this.failure = reason;
    this.counters.countFailure(`${this.method} ${shorten(this.path)}: ${reason}`, nowMs);
  }

  /** From now on it is a stream, which drains by other rules. */
  becomeStream(kind: "websocket" | "stream", close: () => Promise<void>): void {
    if (this.#ended) return;
    this.counters.requests.delete(this);
    this.counters.streams.add(this);
    this.kind = kind;
    this.close = close;
  }

  /** It is over; further calls do nothing. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#endpoint !== undefined) this.#endpoint.inFlight--;
    this.list?.delete(this);
  }

  /** What people are told of it. */
  describe(nowMs: number): DrainingRequest {
    const { method, path, kind, startedMs } = this;
    return { method, path: shorten(path), ageMs: Math.max(0, nowMs - startedMs), kind };
  }
}

/** What is known of a request when it is counted. */
export interface RequestFacts {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly nowMs: number;
}

/** The counters of one generation. */
export class GenerationCounters {
  readonly identity: GenerationIdentity;
  readonly requests = new InFlightList<InFlight>();
  readonly streams = new InFlightList<InFlight>();
  readonly #recent = new RecentCounts();
  readonly #examples: string[] = [];
  #requestCount = 0;
  #failedCount = 0;

  constructor(identity: GenerationIdentity) {
    this.identity = identity;
  }

  /** Whether nothing of it is in flight. */
  get isIdle(): boolean {
    return this.requests.size === 0 && this.streams.size === 0;
  }

  /** Counts a request. */
  begin(request: RequestFacts): InFlight {
    this.#requestCount++;
    this.#recent.count(request.nowMs, false);
    const inFlight = new InFlight(this, request);
    this.requests.add(inFlight);
    return inFlight;
  }

  /** Counts a failure; {@linkcode InFlight.fail} calls it once for a request. */
  countFailure(example: string, nowMs: number): void {
    this.#failedCount++;
    this.#recent.count(nowMs, true);
    this.#examples.push(example);
    if (this.#examples.length > MAX_EXAMPLES) this.#examples.shift();
  }

  /** What was counted. */
  get counts(): { readonly requests: number; readonly failed: number } {
    return { requests: this.#requestCount, failed: this.#failedCount };
  }

  /** What control is told. */
  report(nowMs: number): GenerationReport {
    const oldest = [...firstOf(this.requests), ...firstOf(this.streams)];
    return {
      ...this.identity,
      requests: this.#requestCount,
      failed: this.#failedCount,
      recent: this.#recent.sum(nowMs),
      examples: [...this.#examples],
      inFlight: this.requests.size,
      streams: this.streams.size,
      oldest: oldest.map((inFlight) => inFlight.describe(nowMs)),
    };
  }
}

/** Counts of the last 60 s, by second. */
class RecentCounts {
  readonly #seconds = new Float64Array(RECENT_SECONDS);
  readonly #requests = new Uint32Array(RECENT_SECONDS);
  readonly #failed = new Uint32Array(RECENT_SECONDS);

  count(nowMs: number, failed: boolean): void {
    const second = Math.floor(nowMs / 1000);
    const slot = second % RECENT_SECONDS;
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#requests[slot] = 0;
      this.#failed[slot] = 0;
    }
    if (failed) this.#failed[slot]!++;
    else this.#requests[slot]!++;
  }

  sum(nowMs: number): { readonly requests: number; readonly failed: number } {
    const oldest = Math.floor(nowMs / 1000) - RECENT_SECONDS;
    let requests = 0;
    let failed = 0;
    for (let slot = 0; slot < RECENT_SECONDS; slot++) {
      if (this.#seconds[slot]! <= oldest) continue;
      requests += this.#requests[slot]!;
      failed += this.#failed[slot]!;
    }
    return { requests, failed };
  }
}

/** The oldest of them. */
function firstOf(inFlight: InFlightList<InFlight>): readonly InFlight[] {
  const first: InFlight[] = [];
  for (const item of inFlight) {
    if (first.length === MAX_OLDEST) break;
    first.push(item);
  }
  return first;
}

function shorten(path: string): string {
  return path.length <= MAX_PATH_LENGTH ? path : `${path.slice(0, MAX_PATH_LENGTH)}…`;
}
