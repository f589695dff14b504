/**
 * Finds the name that somebody probably meant.
 *
 * Pure. The rule: a suggestion is given only where it is close; a wrong one is worse than none.
 *
 * @module
 */

/**
 * The candidate that is closest to `name`; none where all are far from it.
 *
 * Case and the difference between `_`, `-` and nothing do not count, so that `healthCheck` finds
 * `health_check`.
 */
export function suggestName(
  name: string,
  candidates: readonly string[],
): string | undefined {
  const wanted = fold(name);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, fold(candidate));
    if (distance > limit || distance >= Math.max(wanted.length, 1)) continue;
    if (best === undefined || distance < best.distance) best = { name: candidate, distance };
  }
  return best?.name ?? suggestByPart(wanted, candidates);
}

/** The only candidate that begins or ends with `wanted`: `env` finds `environment`. */
function suggestByPart(wanted: string, candidates: readonly string[]): string | undefined {
  const matching = candidates.filter((candidate) => {
    const folded = fold(candidate);
    return folded.startsWith(wanted) || folded.endsWith(wanted);
  });
  return wanted.length >= 3 && matching.length === 1 ? matching[0] : undefined;
}

/**
 * How many letters must be put in, left out, replaced or swapped with their neighbour to make one
 * text the other: the Damerau-Levenshtein distance, each pair of letters swapped at most once.
 */
export function editDistance(from: string, to: string): number {
  const a = [...from];
  const b = [...to];
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + cost,
      );
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, at(beforeLast, column - 2) + 1);
      }
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}
