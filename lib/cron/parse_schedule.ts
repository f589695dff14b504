/**
 * Reads the schedule of a cron line: five fields, or one of cron's words.
 *
 * Pure. The rule: a schedule that never comes is refused, for nobody would notice.
 *
 * @module
 */
import { UsageError } from "../error.ts";
import { type Field, FIELDS, parseField } from "./parse_field.ts";

/** When something is run. */
export interface Schedule {
  /** As a crontab has it: the user's words, separated by single blanks. */
  readonly text: string;
  readonly minutes: Field;
  readonly hours: Field;
  readonly days: Field;
  readonly months: Field;
  readonly weekdays: Field;
}

/** Cron's words, and what they stand for: crontab(5). */
const WORDS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const MOST_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a schedule.
 *
 * @throws {UsageError} When cron would not take it, or it never comes.
 */
export function parseSchedule(given: string): Schedule {
  const text = given.trim().split(/\s+/).join(" ");
  const fields = (text.startsWith("@") ? expandWord(text) : text).split(" ");
  if (fields.length !== FIELDS.length) {
    throw new UsageError(
      `Cannot use "${given}" as a schedule: it has ${fields.length} of 5 fields`,
      'Write minute, hour, day of month, month, day of week, in quotes: "*/5 * * * *"',
    );
  }
  const [minutes, hours, days, months, weekdays] = FIELDS.map((kind, at) =>
    parseField(fields[at] ?? "", kind)
  ) as [Field, Field, Field, Field, Field];
  const schedule = { text, minutes, hours, days, months, weekdays };
  if (!comes(schedule)) {
    throw new UsageError(
      `Cannot use "${given}" as a schedule: no such month has such a day`,
      "Check the third field (day of month) and the fourth (month)",
    );
  }
  return schedule;
}

function expandWord(word: string): string {
  const fields = WORDS[word.toLowerCase()];
  if (fields !== undefined) return fields;
  const hint = word === "@reboot"
    ? "That is once, at a start of the machine; a look is to be repeated: @hourly"
    : `Cron knows ${Object.keys(WORDS).join(", ")}`;
  throw new UsageError(`Cannot use "${word}" as a schedule`, hint);
}

function comes({ days, months, weekdays }: Schedule): boolean {
  // A restricted weekday matches by itself, whatever the day of the month is.
  if (!weekdays.any) return true;
  return months.values.some((month) =>
    days.values.some((day) => day <= (MOST_DAYS[month - 1] ?? 0))
  );
}
