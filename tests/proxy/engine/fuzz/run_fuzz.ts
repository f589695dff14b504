/**
 * Runs rounds of the fuzzer for as long as one likes.
 *
 * The rule: the first round that fails ends it, and its seed is in the error.
 *
 * @module
 */
import { startMemoryEngine } from "../strictness/start_memory_engine.ts";
import { runFuzzRound } from "./fuzz_round.ts";

/** Which rounds to run. */
export interface FuzzOptions {
  /** The seed of the first round; each further one is larger by one. */
  readonly seed: number;
  /** Milliseconds; none: the one round of `seed`. */
  readonly forMs?: number;
}

/** A round in which something did not hold. */
export class FuzzError extends Error {
  override readonly name = "FuzzError";
}

/**
 * Runs rounds.
 *
 * @returns How many there were.
 * @throws {FuzzError} With the seed of the round that failed.
 */
export async function runFuzz({ seed, forMs = 0 }: FuzzOptions): Promise<number> {
  const logged: string[] = [];
  using memory = await startMemoryEngine(logged);
  const endMs = performance.now() + forMs;
  let rounds = 0;
  do {
    const current = (seed + rounds) >>> 0;
    try {
      await runFuzzRound(memory, current);
      if (logged.length > 0) throw new Error(logged.join("\n"));
    } catch (error) {
      throw new FuzzError(
        `seed ${current}: ${error instanceof Error ? error.stack : error}\n` +
          `Again: tests/fuzz --seed ${current} --seconds 0`,
      );
    }
    rounds++;
  } while (performance.now() < endMs);
  return rounds;
}
