/**
 * Counts what a worker does beside answering: connections, refusals, dials that failed.
 *
 * The rule: a count is an integer that only grows; it costs an addition, whether it is read or not.
 *
 * @module
 */
import { type Refusal, REFUSALS } from "./refusal.ts";

/** What one worker counted since it began, as it is told to control. */
export interface TrafficReport {
  /** Connections of clients that were accepted, those that were refused at once included. */
  readonly accepted: number;
  /** Connections that ended with their last allowed request. */
  readonly usedUp: number;
  /** Connections that were closed for being idle. */
  readonly idled: number;
  /** Dials to upstreams that failed or hung. */
  readonly dialFailures: number;
  readonly refused: Readonly<Record<Refusal, number>>;
}

/** The counters of one worker. */
export class TrafficCounters {
  accepted = 0;
  usedUp = 0;
  idled = 0;
  dialFailures = 0;
  readonly #refused = Object.fromEntries(REFUSALS.map((reason) => [reason, 0])) as Record<
    Refusal,
    number
  >;

  /** Counts one refusal. */
  refuse(reason: Refusal): void {
    this.#refused[reason]++;
  }

  /** What was counted until now. */
  report(): TrafficReport {
    const { accepted, usedUp, idled, dialFailures } = this;
    return {
      accepted,
      usedUp,
      idled,
      dialFailures,
      refused: { ...this.#refused },
    };
  }
}
