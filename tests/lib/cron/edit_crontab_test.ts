import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findLine,
  formatMark,
  putLine,
  readSchedule,
  removeLine,
} from "../../../lib/cron/edit_crontab.ts";

const FILE = "/srv/shop/luma.yml";
const line = (schedule: string, file = FILE) => `${schedule} run it ${formatMark(file)}`;

const OLD = line("@hourly");
const NEW = line("*/5 * * * *");
const OTHER = line("*/5 * * * *", "/srv/shop/luma.yml2");

/** What stands before, and what stands after NEW was put. */
const PUTS: readonly (readonly [name: string, before: string, after: string])[] = [
  ["nothing", "", `${NEW}\n`],
  ["other lines", "# a\n\n1 2 * * * b\n", `# a\n\n1 2 * * * b\n${NEW}\n`],
  ["a last line without its end", "1 2 * * * b", `1 2 * * * b\n${NEW}\n`],
  ["the same line", `a\n${NEW}\nb\n`, `a\n${NEW}\nb\n`],
  ["another schedule", `a\n${OLD}\n\tb \n`, `a\n${NEW}\n\tb \n`],
  ["the same line without its end", `a\n${OLD}`, `a\n${NEW}\n`],
  ["the line twice", `${OLD}\na\n${OLD}\nb\n`, `${NEW}\na\nb\n`],
  ["line ends of Windows", `a\r\n${OLD}\r\nb\r\n`, `a\r\n${NEW}\nb\r\n`],
  ["the line of another project", `${OTHER}\n`, `${OTHER}\n${NEW}\n`],
  ["the line as a comment", `#${OLD}\n`, `#${OLD}\n${NEW}\n`],
  ["the path somewhere else", `1 2 * * * cat ${FILE}\n`, `1 2 * * * cat ${FILE}\n${NEW}\n`],
];

for (const [name, before, after] of PUTS) {
  test(`putLine() puts one line and leaves the others alone, when there is ${name}`, () => {
    assert.equal(putLine(before, FILE, NEW), after);
    assert.equal(putLine(after, FILE, NEW), after, "again");
  });
}

test("removeLine() gives back what was there before putLine()", () => {
  for (const before of ["", "# a\n", "a\n\n \nb\n", `${OTHER}\n`, `#${OLD}\n`]) {
    assert.equal(removeLine(putLine(before, FILE, NEW), FILE), before);
  }
});

test("findLine() finds the line of its own project alone", () => {
  assert.equal(findLine(`a\n${OTHER}\n${OLD}\r\n`, FILE), OLD);
  assert.equal(findLine(`a\n${OTHER}\n#${OLD}\n`, FILE), undefined);
});

test("formatMark() is one word, whatever the path is", () => {
  const path = `/srv/a b 100% # luma-cron:${FILE}`;
  assert.equal(
    formatMark(path),
    `# luma-cron:/srv/a\\%20b\\%20100\\%25\\%20#\\%20luma-cron:${FILE}`,
  );
  assert.equal(findLine(`${line("@daily", path)}\n`, FILE), undefined);
  assert.throws(() => formatMark("/a\nb"), /control character/);
});

test("readSchedule() reads the fields or the word", () => {
  assert.equal(readSchedule(NEW), "*/5 * * * *");
  assert.equal(readSchedule(OLD), "@hourly");
});
