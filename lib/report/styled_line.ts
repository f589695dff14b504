/**
 * Lines of a terminal whose parts have styles.
 *
 * Pure. The rule: a line is measured and cut before it is painted, so that no escape is ever cut.
 *
 * @module
 */
import { cutToWidth, printable, widthOf } from "./text_width.ts";

/** How a part of a line looks. */
export type Style = "plain" | "bold" | "dim" | "good" | "bad" | "warn" | "accent";

/** A part of a line. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A line, not painted yet. */
export type StyledLine = readonly Span[];

/** SGR parameters (ECMA-48, 8.3.117). */
const CODES: Readonly<Record<Style, string>> = {
  plain: "",
  bold: "1",
  dim: "2",
  good: "32",
  bad: "31",
  warn: "33",
  accent: "36",
};

/** A part of a line; what a stranger wrote is made harmless. */
export function span(text: string, style: Style = "plain"): Span {
  return { text: printable(text), style };
}

/** The columns that a line takes. */
export function lineWidth(line: StyledLine): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** As much of a line as fits, with `…` at its end where something was cut. */
export function cutLine(line: StyledLine, columns: number): StyledLine {
  if (lineWidth(line) <= columns) return line;
  const kept: Span[] = [];
  let left = columns;
  for (const { text, style } of line) {
    const width = widthOf(text);
    // The part that is cut gets the mark: one column of the part before it may have to make room.
    if (width < left) kept.push({ text, style });
    else return [...kept, { text: cutToWidth(`${text}…`, left), style }];
    left -= width;
  }
  return kept;
}

/** The line as it is written; without `color`, as plain text. */
export function paintLine(line: StyledLine, color: boolean): string {
  return line.map(({ text, style }) => {
    const code = CODES[style];
    return color && code !== "" && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  }).join("");
}
