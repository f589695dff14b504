/**
 * Reads the limits of a container: sizes such as `512m`, and shares.
 *
 * Pure. The rule: a size is in bytes, with the units that `docker run --memory` takes (1k = 1024).
 *
 * @module
 */
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** What Docker takes at least as a memory limit. */
export const MIN_MEMORY_BYTES: number = 6 * 1024 ** 2;

/** A number with a unit of memory. */
export const MEMORY = /^(\d+(?:\.\d+)?)(?:([kmgtKMGT])[iI]?[bB]?|([bB]?))$/;
/** A number of processors. */
export const CPUS = /^\d+(\.\d+)?$/;
/** A number with or without a percent sign. */
export const PERCENTAGE = /^(\d+(?:\.\d+)?)\s*(%?)$/;

/** Bytes of `512m`, `1.5g`, `1GiB`, `536870912`, as a memory limit. */
export function parseMemory(text: string): Parsed<number> {
  const size = parseSize(text);
  if (!size.ok || size.value >= MIN_MEMORY_BYTES) return size;
  return unparsed(`expected a size of 6m or more, which is what Docker takes, got ${quote(text)}`);
}

/** Bytes of `10m`, `1.5g`, `4096`; 0 is a size, too. */
export function parseSize(text: string): Parsed<number> {
  const match = MEMORY.exec(text);
  const unitBytes = UNIT_BYTES[(match?.[2] ?? match?.[3] ?? "").toLowerCase()];
  const sizeBytes = Math.round(Number(match?.[1] ?? Number.NaN) * (unitBytes ?? Number.NaN));
  if (Number.isSafeInteger(sizeBytes)) return parsed(sizeBytes);
  return unparsed(
    `expected a size such as 512m or 1.5g, got ${quote(text)}`,
    "write a number with k, m or g; a bare number is bytes",
  );
}

/** What the proxy takes as the size of a head, at least and at most. */
export const HEAD_BYTES = { min: 1024, max: 1024 ** 2 } as const;

/** The size of a head: `64k`. */
export function parseHeadSize(text: string): Parsed<number> {
  const size = parseSize(text);
  if (!size.ok || (size.value >= HEAD_BYTES.min && size.value <= HEAD_BYTES.max)) {
    return size;
  }
  return unparsed(`expected a size from 1k to 1m, got ${quote(text)}`);
}

/** A number of CPUs: `1.5`. */
export function parseCpus(text: string): Parsed<number> {
  const cpus = CPUS.test(text) ? Number(text) : Number.NaN;
  if (cpus >= 0.01) return parsed(cpus);
  return unparsed(
    `expected a number of CPUs of 0.01 or more, got ${quote(text)}`,
    "write 0.5, 1, 2 …",
  );
}

/**
 * A share, 0 to 1, of a percentage: `20`, `20%`.
 *
 * A bare number below 1 is refused: `0.2` may mean 20 % or 0.2 %.
 */
export function parsePercentage(text: string): Parsed<number> {
  const match = PERCENTAGE.exec(text);
  const percent = Number(match?.[1] ?? Number.NaN);
  if (percent > 0 && percent < 1 && match?.[2] === "") {
    return unparsed(
      `expected a percentage, got ${text}, which may be ${percent * 100}% or ${percent}%`,
      `write ${percent * 100}%`,
    );
  }
  if (percent >= 0 && percent <= 100) return parsed(percent / 100);
  return unparsed(`expected a percentage from 0 to 100, got ${quote(text)}`, "write 20 or 20%");
}
