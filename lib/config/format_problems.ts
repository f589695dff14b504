/**
 * Writes problems of a luma.yml for people: place, message, the line with a caret, and the fix.
 *
 * Pure. The rule: the first line of each is `file:line:column path: message`, which editors open.
 *
 * @module
 */
import type { Problem } from "./types.ts";

/** Columns of a source line that are shown at most. */
const SHOWN_COLUMNS = 100;

/** A line with one of these may hold a value that has no business in a log. */
const PRIVATE = /environment|secret|password/i;

/**
 * The problems, one after the other.
 *
 * @param sources Texts by file name; where one is given, the line is shown with a caret.
 */
export function formatProblems(
  problems: readonly Problem[],
  sources: ReadonlyMap<string, string> = new Map(),
): string {
  return problems.map((problem) => formatProblem(problem, sources.get(problem.file))).join("\n");
}

/** One problem in one to four lines. */
export function formatProblem(problem: Problem, source?: string): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const head = problem.path === "" ? place : `${place} ${problem.path}`;
  return [
    `${head}: ${problem.message}`,
    ...(source === undefined ? [] : formatExcerpt(problem, source)),
    ...(problem.fix === undefined ? [] : [`  fix: ${problem.fix}`]),
  ].join("\n");
}

function formatExcerpt(problem: Problem, source: string): readonly string[] {
  const text = source.replace(/^\uFEFF/, "").split(/\r?\n/)[problem.line - 1]
    // deno-lint-ignore no-control-regex -- exactly what must not reach a terminal
    ?.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "?");
  if (text === undefined || text.trim() === "") return [];
  if (PRIVATE.test(problem.path) || PRIVATE.test(text)) return [];
  const start = Math.max(0, Math.min(problem.column - 1, text.length) - (SHOWN_COLUMNS - 30));
  const shown = text.slice(start, start + SHOWN_COLUMNS);
  const before = shown.slice(0, problem.column - 1 - start);
  const number = String(problem.line).padStart(5);
  return [
    `${number} | ${start > 0 ? "…" : ""}${shown}${text.length > start + SHOWN_COLUMNS ? "…" : ""}`,
    `${" ".repeat(5)} | ${start > 0 ? " " : ""}${before.replace(/[^\t]/g, " ")}^`,
  ];
}
