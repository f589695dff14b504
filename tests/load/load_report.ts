/**
 * What the load generator's requests came to: counts by kind and version, failures with their reasons.
 *
 * Pure: samples in, a report out.
 *
 * @module
 */

/** How a request is made. */
export type LoadKind =
  | "kept alive"
  | "new connection"
  | "post"
  | "slow"
  | "download"
  | "events"
  | "websocket"
  | "on demand";

/** One request that ended. */
export interface Sample {
  readonly kind: LoadKind;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** None where no answer came. */
  readonly status?: number;
  /** The `X-App-Version` of the answer; none where the app did not answer. */
  readonly version?: string;
  /** When its connection was opened, in milliseconds since the epoch; none where it was new. */
  readonly keptSinceMs?: number;
  /** How often it was sent again: idempotent, on a kept connection, nothing received. */
  readonly retries: number;
  /** Why it failed; none: it did not. */
  readonly failure?: string;
}

/** An instant with a name, and what was in flight then. */
export interface Mark {
  readonly name: string;
  readonly atMs: number;
  readonly inFlight: Readonly<Partial<Record<LoadKind, number>>>;
}

/** Requests of one kind. */
export interface KindReport {
  readonly requests: number;
  readonly failed: number;
  readonly retries: number;
  /** Milliseconds; streams, which last as long as they may, are left out. */
  readonly slowestMs: number;
  readonly byVersion: Readonly<Record<string, number>>;
}

/** Failures that are alike. */
export interface FailureGroup {
  readonly kind: LoadKind;
  readonly reason: string;
  readonly status?: number;
  readonly version?: string;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** What a load came to. */
export interface Report extends KindReport {
  readonly kinds: Readonly<Partial<Record<LoadKind, KindReport>>>;
  readonly failures: readonly FailureGroup[];
  readonly marks: readonly Mark[];
  readonly inFlight: Readonly<Partial<Record<LoadKind, number>>>;
}

const STREAMS: readonly LoadKind[] = ["events", "websocket"];

/** Collects samples while a load runs. */
export class LoadAccount {
  readonly #samples: Sample[] = [];
  readonly #marks: Mark[] = [];
  readonly #inFlight = new Map<LoadKind, number>();

  /** A request begins. */
  begin(kind: LoadKind): void {
    this.#inFlight.set(kind, (this.#inFlight.get(kind) ?? 0) + 1);
  }

  /** A request that began has ended. */
  end(sample: Sample): void {
    this.#inFlight.set(sample.kind, (this.#inFlight.get(sample.kind) ?? 0) - 1);
    this.#samples.push(sample);
  }

  /** Names the instant `atMs`. */
  mark(name: string, atMs: number): Mark {
    const mark = { name, atMs, inFlight: Object.fromEntries(this.#inFlight) };
    this.#marks.push(mark);
    return mark;
  }

  /** Every request that ended, in the order of their ends. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** The report so far. */
  report(): Report {
    return {
      ...makeReport(this.#samples),
      marks: [...this.#marks],
      inFlight: Object.fromEntries(this.#inFlight),
    };
  }
}

/** Counts samples. */
export function makeReport(
  samples: readonly Sample[],
): Pick<Report, keyof KindReport | "kinds" | "failures"> {
  const kinds = [...new Set(samples.map(({ kind }) => kind))].sort();
  return {
    ...countSamples(samples),
    kinds: Object.fromEntries(
      kinds.map((kind) => [kind, countSamples(samples.filter((sample) => sample.kind === kind))]),
    ),
    failures: groupFailures(samples),
  };
}

function countSamples(samples: readonly Sample[]): KindReport {
  const byVersion: Record<string, number> = {};
  let failed = 0;
  let retries = 0;
  let slowestMs = 0;
  for (const sample of samples) {
    if (sample.failure !== undefined) failed++;
    retries += sample.retries;
    if (!STREAMS.includes(sample.kind)) {
      slowestMs = Math.max(slowestMs, sample.endedAtMs - sample.startedAtMs);
    }
    const version = sample.version ?? "none";
    byVersion[version] = (byVersion[version] ?? 0) + 1;
  }
  return { requests: samples.length, failed, retries, slowestMs, byVersion };
}

function groupFailures(samples: readonly Sample[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { kind, failure: reason, status, version, endedAtMs } of samples) {
    if (reason === undefined) continue;
    const key = JSON.stringify([kind, reason, status, version]);
    const group = groups.get(key);
    groups.set(key, {
      kind,
      reason,
      ...(status === undefined ? {} : { status }),
      ...(version === undefined ? {} : { version }),
      count: (group?.count ?? 0) + 1,
      firstAtMs: group?.firstAtMs ?? endedAtMs,
      lastAtMs: endedAtMs,
    });
  }
  return [...groups.values()];
}

/** Whether a failure is an answer of `version` itself: a 5xx that bears its name. */
export function isAnsweredBy(
  version: string,
  { failure, status = 0, version: by }: Pick<Sample, "failure" | "status" | "version">,
): boolean {
  return failure !== undefined && by === version && status >= 500;
}

/** One line for a person: `3 x post: connection ended before its answer (v1), 2.1 s to 2.4 s`. */
export function formatFailure(group: FailureGroup, startedAtMs: number): string {
  const seconds = (atMs: number) => `${((atMs - startedAtMs) / 1000).toFixed(1)} s`;
  const who = group.version === undefined ? "" : ` (${group.version})`;
  const times = `${seconds(group.firstAtMs)} to ${seconds(group.lastAtMs)}`;
  return `${group.count} x ${group.kind}: ${group.reason}${who}, ${times}`;
}
