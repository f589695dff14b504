/**
 * Reads how often Docker runs a HEALTHCHECK.
 *
 * Pure. The rule: an image and a container say it in the same words, so both are read here.
 *
 * @module
 */
import { type JsonObject, readNumber, readObject } from "./read_json.ts";

/** Docker's interval is in nanoseconds, and 30 s where none is named (Dockerfile reference, HEALTHCHECK). */
export function parseHealthCheckInterval(config: JsonObject): number {
  return readNumber(readObject(config["Healthcheck"])["Interval"]) / 1e6 || 30_000;
}
