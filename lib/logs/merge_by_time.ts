/**
 * Puts the lines of several logs in the order of their times.
 *
 * The rule: a line of each log is held, and no more, so that logs of any length can be merged.
 *
 * @module
 */

/** A log: its lines one after the other, oldest first. */
export interface TimedSource<Line> {
  /** @returns The next line; none at the end. */
  next(this: void): Promise<Line | undefined>;
}

/** Gives out all lines of `sources`, oldest first; of the same time, in the order of the sources. */
export async function* mergeByTime<Line extends { readonly time: string }>(
  sources: readonly TimedSource<Line>[],
): AsyncGenerator<Line> {
  const heads: (Line | undefined)[] = await Promise.all(sources.map((source) => source.next()));
  while (true) {
    let oldest = -1;
    for (const [index, head] of heads.entries()) {
      if (head === undefined) continue;
      const least = heads[oldest];
      if (least === undefined || head.time < least.time) oldest = index;
    }
    const line = heads[oldest];
    if (line === undefined) return;
    yield line;
    heads[oldest] = await sources[oldest]?.next();
  }
}
