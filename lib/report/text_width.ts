/**
 * Measures and cuts text in columns of a terminal.
 *
 * Pure. The rule: what a stranger wrote (a path, a line of a program) takes the columns that it is
 * counted with, and can move no cursor: control characters are shown as one replacement each.
 *
 * @module
 */

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Takes no column by itself: combining marks, joiners, selectors. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Takes two: emoji that are shown as such, and scripts that Unicode's UAX #11 calls wide. */
const WIDE = new RegExp(
  "\\p{Emoji_Presentation}|\\ufe0f|[" +
    "\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua000-\\ua4cf" +
    "\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uff60\\uffe0-\\uffe6" +
    "\\u{20000}-\\u{3fffd}]",
  "u",
);

/** The text on one line, without anything that a terminal would act on. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, "\ufffd");
}

/** How many columns a printable text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** As much of a printable text as fits, with `…` at its end where something was cut. */
export function cutToWidth(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function graphemeWidth(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return ZERO_WIDTH.test(grapheme) ? 0 : 1;
}
