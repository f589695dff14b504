/**
 * Says how soon a worker that ended is replaced.
 *
 * Pure. The rule: the first death is answered at once, for it may be the only one; workers that die young,
 * one after the other, are replaced after longer and longer pauses.
 *
 * @module
 */

/** The life of a worker that ended. */
export interface EndedWorker {
  readonly startedAtMs: number;
  /** How many before it died young, one after the other. */
  readonly earlyDeaths: number;
}

/** Deaths within this time after the start are answered with a growing pause. */
const YOUNG_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The pause before the next worker, and the deaths that this one is told of. */
export function planRestart(
  worker: EndedWorker,
  nowMs: number,
): { readonly earlyDeaths: number; readonly pauseMs: number } {
  const earlyDeaths = nowMs - worker.startedAtMs < YOUNG_MS ? worker.earlyDeaths + 1 : 0;
  const pauseMs = earlyDeaths < 2
    ? 0
    : Math.min(FIRST_PAUSE_MS * 2 ** (earlyDeaths - 2), LONGEST_PAUSE_MS);
  return { earlyDeaths, pauseMs };
}
