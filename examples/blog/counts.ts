/**
 * What one replica was asked, so that a test can prove who received what, and when.
 *
 * The rule: health checks are counted apart, and asking for the counts is not counted.
 *
 * @module
 */

/** The paths that are told apart. */
export type RequestKind = "page" | "slow" | "echo" | "download" | "events" | "ws";

/** What `/counts` answers, beside who answers. */
export interface Counts {
  readonly requests: number;
  readonly byKind: Readonly<Partial<Record<RequestKind, number>>>;
  /** Requests by the address that the connection came from. */
  readonly bySource: Readonly<Record<string, number>>;
  /** Health checks by the address that the connection came from. */
  readonly healthBySource: Readonly<Record<string, number>>;
  readonly inFlight: number;
  /** Milliseconds since the epoch; none before the first request. */
  readonly firstAtMs?: number;
  readonly lastAtMs?: number;
}

/** Counts requests as they begin and end. */
export class Counter {
  readonly #byKind = new Map<RequestKind, number>();
  readonly #bySource = new Map<string, number>();
  readonly #healthBySource = new Map<string, number>();
  readonly #now: () => number;
  #inFlight = 0;
  #firstAtMs: number | undefined;
  #lastAtMs: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a request that begins; the function that it returns, its end. */
  begin(kind: RequestKind, source: string): () => void {
    add(this.#byKind, kind);
    add(this.#bySource, source);
    this.#lastAtMs = this.#now();
    this.#firstAtMs ??= this.#lastAtMs;
    this.#inFlight++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#inFlight--;
    };
  }

  /** Counts a health check. */
  health(source: string): void {
    add(this.#healthBySource, source);
  }

  /** What was counted so far. */
  counts(): Counts {
    return {
      requests: [...this.#byKind.values()].reduce((sum, count) => sum + count, 0),
      byKind: Object.fromEntries(this.#byKind),
      bySource: Object.fromEntries(this.#bySource),
      healthBySource: Object.fromEntries(this.#healthBySource),
      inFlight: this.#inFlight,
      ...(this.#firstAtMs === undefined ? {} : { firstAtMs: this.#firstAtMs }),
      ...(this.#lastAtMs === undefined ? {} : { lastAtMs: this.#lastAtMs }),
    };
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
