/**
 * Waits for what Docker is removing already, at the wish of another command.
 *
 * The rule: a removal goes on when the run that asked for it was killed, and Docker refuses all that is
 * asked of such a container meanwhile: whoever meets one waits until it is gone.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 200;
/** A minute: an engine that does not come to an end is told by what is tried then. */
const LOOKS = 300;

/** Repeats `look` until what it finds is not `isUnderWay` any more, and gives what it found last. */
export async function awaitRemoval<Found>(
  look: () => Promise<Found>,
  isUnderWay: (found: Found) => boolean,
  signal?: AbortSignal,
): Promise<Found> {
  for (let left = LOOKS;; left--) {
    const found = await look();
    if (left === 0 || !isUnderWay(found)) return found;
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
