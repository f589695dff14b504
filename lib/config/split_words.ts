/**
 * Splits a command line into words as a shell does, without a shell.
 *
 * Pure. The rule: quotes and backslashes mean what they mean in `sh`; `$`, `*`, `|` and the like
 * mean themselves, for no shell will see the words.
 *
 * @module
 */
import { type Parsed, parsed, unparsed } from "./parsed.ts";

/** Single quotes; double quotes, where a backslash protects some; a backslash; anything else. */
const PART = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;

/** The words of `text`: `postgres -c "max_connections=200"` has three. */
export function splitWords(text: string): Parsed<readonly string[]> {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const space = /\s+/y;
    space.lastIndex = at;
    if (space.test(text)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at = space.lastIndex;
      continue;
    }
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null) {
      return unparsed("a quote is not closed, or a backslash ends the text", "close the quote");
    }
    word = (word ?? "") + partOf(match);
    at = PART.lastIndex;
  }
  if (word !== undefined) words.push(word);
  return words.length === 0 ? unparsed("expected a command, got an empty text") : parsed(words);
}

function partOf([, single, double, escaped, bare]: RegExpExecArray): string {
  if (double !== undefined) {
    return double.replaceAll(/\\(["\\$`\n])/g, (_, c: string) => c === "\n" ? "" : c);
  }
  if (escaped !== undefined) return escaped === "\n" ? "" : escaped;
  return single ?? bare ?? "";
}
