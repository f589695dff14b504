/**
 * Tells a dial that failed for want of something in this process from one that its endpoint refused.
 *
 * The rule: asked only where a dial has failed, for to find out costs two system calls.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";

/** What this process, or its machine, has run out of, by the code of the error. */
const SHORTAGES: ReadonlyMap<string, string> = new Map([
  ["EMFILE", "file descriptors"],
  ["ENFILE", "file descriptors"],
  ["ENOBUFS", "memory"],
  ["ENOMEM", "memory"],
  ["EADDRNOTAVAIL", "local ports"],
]);

/**
 * Says what there is not enough of, where that is why a dial failed.
 *
 * @param wasReached Whether the same endpoint was reached a short while ago. If not, an address that is
 * not available is none that any dial could begin from, as to `::1` where there is no IPv6.
 */
export function shortageOf(error: Error, wasReached: boolean): string | undefined {
  if (!("code" in error) || (error.code === "EADDRNOTAVAIL" && !wasReached)) return undefined;
  return SHORTAGES.get(String(error.code));
}

/**
 * Finds the error behind a refusal that may be none: Bun calls every dial refused that did not get as
 * far as to be answered, also one for which there was no descriptor.
 *
 * @returns `error`, or why no descriptor can be had now.
 */
export function explainRefusal(error: Error): Error {
  if (!("code" in error) || error.code !== "ECONNREFUSED") return error;
  try {
    closeSync(openSync("/dev/null", "r"));
    return error;
  } catch (cause) {
    return cause instanceof Error && shortageOf(cause, false) !== undefined ? cause : error;
  }
}
