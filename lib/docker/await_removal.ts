/**
 * Waits for what Docker is removing already, at the wish of another command.
 *
 * The rule: a removal goes on when the run that asked for it was killed, and Docker refuses all that is
 * asked of such a container meanwhile: whoever meets one waits until it is gone, but not for ever.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";

/** An engine that does not come to an end by then is told by what is tried afterwards. */
export const REMOVAL_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 200;
const LONG_MS = 3_000;

/** How a removal is waited for. */
export interface RemovalWait<Found> {
  readonly signal?: AbortSignal | undefined;
  /** Called once, where it takes more than 3 s, with what was found last. */
  readonly onLong?: ((found: Found) => void) | undefined;
  /** Milliseconds of a clock that only goes forward; default: `performance.now`. */
  readonly now?: () => number;
}

/**
 * Repeats `look` until what it finds is not `isUnderWay` any more, and gives what it found last; that may
 * be under way still when {@linkcode REMOVAL_LIMIT_MS} are over.
 */
export async function awaitRemoval<Found>(
  look: () => Promise<Found>,
  isUnderWay: (found: Found) => boolean,
  { signal, onLong, now = () => performance.now() }: RemovalWait<Found> = {},
): Promise<Found> {
  const startedMs = now();
  let told = false;
  while (true) {
    const found = await look();
    const waitedMs = now() - startedMs;
    if (waitedMs >= REMOVAL_LIMIT_MS || !isUnderWay(found)) return found;
    if (!told && waitedMs >= LONG_MS) {
      told = true;
      onLong?.(found);
    }
    await pause(signal);
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(LOOK_EVERY_MS, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
