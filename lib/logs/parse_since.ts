/**
 * Reads how far back a log is asked for.
 *
 * Pure: what Docker understands is handed on, `2d` becomes what it understands.
 *
 * @module
 */
import { UsageError } from "../error.ts";

const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * The words for `docker logs --since`.
 *
 * @throws {UsageError} For what is neither a duration nor a time.
 */
export function parseSince(text: string): string {
  const days = /^(\d+)d$/.exec(text)?.[1];
  if (days !== undefined) return `${Number(days) * 24}h`;
  if (DURATION.test(text) || TIME.test(text)) return text;
  throw new UsageError(
    `Cannot read --since ${text}`,
    "Write a duration, as 10m, 1h30m or 2d, or a time, as 2026-01-31 or 2026-01-31T12:00:00Z",
  );
}
