import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../../lib/error.ts";
import { formatCalendar } from "../../../lib/cron/format_calendar.ts";
import { parseSchedule } from "../../../lib/cron/parse_schedule.ts";

/** Schedules, and the calendar events that `systemd-analyze calendar` takes to be the same. */
const GOOD: readonly (readonly [schedule: string, ...calendar: string[]])[] = [
  ["* * * * *", "*-*-* *:*:00"],
  ["*/5 * * * *", "*-*-* *:0/5:00"],
  ["*/7 * * * *", "*-*-* *:0/7:00"],
  ["0 */2 * * *", "*-*-* 0/2:0:00"],
  ["7,37 0-3 * * *", "*-*-* 0,1,2,3:7,37:00"],
  ["10-30/10 4 1 JAN *", "*-1-1 4:10,20,30:00"],
  ["0 6 * * mon-fri", "Mon,Tue,Wed,Thu,Fri *-*-* 6:0:00"],
  ["0 6 * * 6,7", "Sat,Sun *-*-* 6:0:00"],
  ["0 6 * * 0-7", "*-*-* 6:0:00"],
  ["0 6 13 * fri", "*-*-13 6:0:00", "Fri *-*-* 6:0:00"],
  ["0 6 */10 * fri", "Fri *-*-1/10 6:0:00"],
  ["0 0 29 2 *", "*-2-29 0:0:00"],
  ["0 0 31 2 sun", "*-2-31 0:0:00", "Sun *-2-* 0:0:00"],
  ["@hourly", "*-*-* *:0:00"],
  ["@Weekly", "Sun *-*-* 0:0:00"],
  ["  1  2\t* * * ", "*-*-* 2:1:00"],
];

for (const [schedule, ...calendar] of GOOD) {
  test(`parseSchedule() takes "${schedule}", and formatCalendar() writes it for systemd`, () => {
    const parsed = parseSchedule(schedule);
    assert.equal(parsed.text, schedule.trim().split(/\s+/).join(" "));
    assert.deepEqual(formatCalendar(parsed), calendar);
  });
}

/** Schedules, and what the error says with its hint. */
const BAD: readonly (readonly [schedule: string, message: RegExp])[] = [
  ["", /it has 1 of 5 fields/],
  ["*/5 * * *", /it has 4 of 5 fields.*in quotes/s],
  ["* * * * * luma", /it has 6 of 5 fields/],
  ["60 * * * *", /"60" as the minute.*0 to 59/s],
  ["* 24 * * *", /"24" as the hour.*0 to 23/s],
  ["* * 0 * *", /"0" as the day of month.*1 to 31/s],
  ["* * * 13 *", /"13" as the month.*1 to 12, or jan to dec/s],
  ["* * * * 8", /"8" as the day of week.*0 to 7, or sun to sat/s],
  ["*/0 * * * *", /A step is 1 to 59/],
  ["*/90 * * * *", /A step is 1 to 59/],
  ["5/10 * * * *", /A step needs a range: 5-59\/10/],
  ["30-10 * * * *", /30-10 goes backwards/],
  ["1,,2 * * * *", /as the minute/],
  ["1-2-3 * * * *", /as the minute/],
  ["-1 * * * *", /as the minute/],
  ["5m * * * *", /"5m" as the minute/],
  ["* * * * mond", /"mond" as the day of week/],
  ["0 0 30 2 *", /no such month has such a day/],
  ["0 0 31 4,6 *", /no such month has such a day/],
  ["@reboot", /once, at a start of the machine/],
  ["@nightly", /Cron knows .*@daily/],
];

for (const [schedule, message] of BAD) {
  test(`parseSchedule() refuses "${schedule}"`, () => {
    assert.throws(() => parseSchedule(schedule), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(`${error.message}\n${error.hint}`, message);
      return true;
    });
  });
}
