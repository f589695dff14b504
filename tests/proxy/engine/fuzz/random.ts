/**
 * Random numbers that a seed repeats.
 *
 * The rule: whatever a round does by chance, it takes from here.
 *
 * @module
 */

/** A generator (mulberry32); equal seeds give equal numbers. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, less than `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296 * limit);
  }

  /** True once in `times`, on average. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Up to `most` offsets inside `text`, growing. */
  cuts(text: string, most: number): readonly number[] {
    const count = text.length < 2 ? 0 : this.below(most + 1);
    const offsets = Array.from({ length: count }, () => 1 + this.below(text.length - 1));
    return [...new Set(offsets)].sort((one, other) => one - other);
  }
}
