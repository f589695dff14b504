/**
 * Writes a cron schedule as systemd's calendar events.
 *
 * Pure. The rule: it comes at the same minutes (systemd.time(7), "CALENDAR EVENTS"; crontab(5)).
 *
 * @module
 */
import type { Field } from "./parse_field.ts";
import type { Schedule } from "./parse_schedule.ts";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/**
 * The values of `OnCalendar=`, one or two: where day of month and day of week are both restricted, cron
 * runs when either matches, and systemd only when both do.
 */
export function formatCalendar(schedule: Schedule): readonly string[] {
  const { minutes, hours, days, months, weekdays } = schedule;
  const time = `${formatField(hours, 0, 23)}:${formatField(minutes, 0, 59)}:00`;
  const month = formatField(months, 1, 12);
  const day = formatField(days, 1, 31);
  const names = [1, 2, 3, 4, 5, 6, 0].filter((value) => weekdays.values.includes(value))
    .map((value) => WEEKDAYS[value]).join(",");
  const isEveryWeekday = weekdays.values.length === 7;
  const onWeekdays = `${isEveryWeekday ? "" : `${names} `}*-${month}`;
  if (days.any || weekdays.any) return [`${onWeekdays}-${day} ${time}`];
  return [`*-${month}-${day} ${time}`, `${onWeekdays}-* ${time}`];
}

/** `*`, `0/5` for every fifth to the end, or the values. */
function formatField({ values }: Field, lowest: number, highest: number): string {
  const [first = lowest, second = first] = values;
  if (values.length === highest - lowest + 1) return "*";
  const step = second - first;
  const isEven = values.every((value, at) => value === first + at * step);
  if (values.length > 2 && step > 1 && isEven && (values.at(-1) ?? 0) + step > highest) {
    return `${first}/${step}`;
  }
  return values.join(",");
}
