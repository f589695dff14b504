/**
 * Finds, puts and removes the one line of a project in a user's crontab.
 *
 * Pure: text in, text out. The rule: a line is a project's by the mark at its end alone; every other
 * line stays as it is, byte for byte. A line that the user made a comment of is the user's own.
 *
 * @module
 */
import { UsageError } from "../error.ts";

/** What the last word of a project's line begins with. */
const MARK = "# luma-cron:";

/**
 * The end of a project's line: a comment of the shell that runs it, with the path of its luma.yml.
 *
 * Blanks in the path are written as in URLs, so that the mark is one word and is never a part of another.
 *
 * @throws {UsageError} When the path has a character that no crontab can hold.
 */
export function formatMark(file: string): string {
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(file)) {
    throw new UsageError(
      `Cannot write ${JSON.stringify(file)} into a crontab: it has a control character`,
      "Rename the folder",
    );
  }
  return `${MARK}${escapePercent(file.replace(/[\s%]/g, encodeURIComponent))}`;
}

/** Escapes what cron reads as the end of a command: crontab(5). */
export function escapePercent(text: string): string {
  return text.replaceAll("%", "\\%");
}

/** The project's line; none where it has none. */
export function findLine(crontab: string, file: string): string | undefined {
  return splitLines(crontab).find((line) => isLineOf(line, file))?.replace(/\r?\n$/, "");
}

/** Puts the project's line in the place of its former one, or at the end. */
export function putLine(crontab: string, file: string, line: string): string {
  const lines = splitLines(crontab);
  const at = lines.findIndex((former) => isLineOf(former, file));
  const others = (part: readonly string[]) => part.filter((former) => !isLineOf(former, file));
  if (at >= 0) {
    return [...lines.slice(0, at), `${line}\n`, ...others(lines.slice(at))].join("");
  }
  // cron reads no line without its end.
  const end = crontab === "" || crontab.endsWith("\n") ? "" : "\n";
  return `${crontab}${end}${line}\n`;
}

/** Removes the project's line. */
export function removeLine(crontab: string, file: string): string {
  return splitLines(crontab).filter((line) => !isLineOf(line, file)).join("");
}

/** The schedule that a line begins with. */
export function readSchedule(line: string): string {
  const words = line.trim().split(/\s+/);
  return words.slice(0, words[0]?.startsWith("@") ? 1 : 5).join(" ");
}

function isLineOf(line: string, file: string): boolean {
  if (line.trimStart().startsWith("#")) return false;
  return line.trimEnd().endsWith(` ${formatMark(file)}`);
}

/** The lines, each with its end. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
