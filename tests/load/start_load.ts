/**
 * Visits an app at a bounded rate, in all the ways that visitors have, until it is told to stop.
 *
 * The rule: every request that begins is counted, with how it ended.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ExchangeError, type LoadTarget } from "./connection.ts";
import {
  makeDownloadVisitor,
  makeEventsVisitor,
  makeKeptAliveVisitor,
  makeNewConnectionVisitor,
  makePostVisitor,
  makeSlowVisitor,
  makeWebSocketVisitor,
  type Visitor,
} from "./load_clients.ts";
import { LoadAccount, type LoadKind, type Mark, type Report, type Sample } from "./load_report.ts";
import type { ResponseHead } from "./response_reader.ts";

/** What a load is made of. */
export interface LoadOptions extends LoadTarget {
  /** All but `on demand`, unless given. */
  readonly kinds?: readonly LoadKind[];
  /** Short requests in a second, over all kinds of them; 250 unless given. */
  readonly ratePerSecond?: number;
}

/** A load that runs. */
export interface Load {
  /** Names this instant. */
  mark(name: string): Mark;
  /** What was counted so far. */
  snapshot(): Report;
  /** Every request that ended so far. */
  readonly samples: readonly Sample[];
  /** Makes one more request that takes `seconds`, of the kind `on demand`. */
  request(seconds: number): Promise<Sample>;
  /** Begins nothing more, finishes what has begun, and reports. */
  stop(): Promise<Report>;
}

interface KindSettings {
  readonly make: () => Visitor;
  readonly clients: number;
  /** Share of the rate; none: one after the other, as fast as they end. */
  readonly share?: number;
}

/** After a failure, so that a target that is gone is not asked without end. */
const FAILURE_PAUSE_MS = 100;

const KINDS: Readonly<Partial<Record<LoadKind, KindSettings>>> = {
  "kept alive": { make: makeKeptAliveVisitor, clients: 12, share: 0.5 },
  "new connection": { make: makeNewConnectionVisitor, clients: 8, share: 0.35 },
  "post": { make: makePostVisitor, clients: 4, share: 0.15 },
  "slow": { make: makeSlowVisitor, clients: 3 },
  "download": { make: makeDownloadVisitor, clients: 2 },
  "events": { make: makeEventsVisitor, clients: 2 },
  "websocket": { make: makeWebSocketVisitor, clients: 2 },
};

/** Starts a load. */
export function startLoad(options: LoadOptions): Load {
  const account = new LoadAccount();
  const stopping = new AbortController();
  const rate = options.ratePerSecond ?? 250;
  const kinds = options.kinds ?? (Object.keys(KINDS) as readonly LoadKind[]);
  const visit = (kind: LoadKind, visitor: Visitor) =>
    countVisit({ kind, visitor, account, target: options, stopping: stopping.signal });
  const loops = kinds.flatMap((kind) => {
    const settings = KINDS[kind];
    if (!settings) throw new RangeError(`Cannot load with "${kind}" all the time`);
    const { clients, share, make } = settings;
    const everyMs = share === undefined ? 0 : 1000 * clients / (rate * share);
    return Array.from({ length: clients }, async (_, index) => {
      const visitor = make();
      const pace = { everyMs, firstAfterMs: everyMs * index / clients, signal: stopping.signal };
      await repeat(() => visit(kind, visitor), pace);
    });
  });
  const demanded = new Set<Promise<Sample>>();
  return {
    mark: (name) => account.mark(name, Date.now()),
    snapshot: () => account.report(),
    samples: account.samples,
    request: (seconds) => {
      const sample = visit("on demand", makeSlowVisitor(seconds));
      demanded.add(sample);
      return sample;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([...loops, ...demanded]);
      return account.report();
    },
  };
}

async function repeat(
  visit: () => Promise<Sample>,
  { everyMs, firstAfterMs, signal }: {
    readonly everyMs: number;
    readonly firstAfterMs: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  let dueAtMs = performance.now() + firstAfterMs;
  while (!signal.aborted) {
    const pauseMs = dueAtMs - performance.now();
    if (pauseMs > 0) await pause(pauseMs, signal);
    if (signal.aborted) return;
    const { failure } = await visit();
    if (failure !== undefined) await pause(FAILURE_PAUSE_MS, signal);
    // A visit that took longer than its time is not made up for: the rate is a bound.
    dueAtMs = Math.max(dueAtMs + everyMs, performance.now());
  }
}

/** Waits, or less when `signal` is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function countVisit({ kind, visitor, account, target, stopping }: {
  readonly kind: LoadKind;
  readonly visitor: Visitor;
  readonly account: LoadAccount;
  readonly target: LoadTarget;
  readonly stopping: AbortSignal;
}): Promise<Sample> {
  const startedAtMs = Date.now();
  let head: ResponseHead | undefined;
  let keptSinceMs: number | undefined;
  let retries = 0;
  let failure: string | undefined;
  account.begin(kind);
  try {
    await visitor({
      target,
      stopping,
      onHead: (received) => head = received,
      onKept: (openedAtMs) => keptSinceMs = openedAtMs,
      onRetry: () => retries++,
    });
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    if (error instanceof ExchangeError) head = error.head ?? head;
  }
  const version = head?.headers.get("x-app-version");
  const sample = {
    kind,
    startedAtMs,
    endedAtMs: Date.now(),
    retries,
    ...(head === undefined ? {} : { status: head.status }),
    ...(version === undefined ? {} : { version }),
    ...(keptSinceMs === undefined ? {} : { keptSinceMs }),
    ...(failure === undefined ? {} : { failure }),
  };
  account.end(sample);
  return sample;
}
