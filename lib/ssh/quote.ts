/**
 * Quotes words for a POSIX shell.
 *
 * The rule: this is the only place in luma that quotes for a shell; what comes back is read by any
 * POSIX `sh` as exactly the words that were given.
 *
 * @module
 */
import { LumaError } from "../error.ts";

/** Words of these characters mean themselves everywhere; `=` and `~` do not at the front of a word. */
const PLAIN = /^[A-Za-z0-9_/:.,@%+-]+$/;

/** Words that start something else than a command where a command is expected. */
const RESERVED = new Set(
  "case coproc do done elif else esac fi for function if in select then time until while".split(
    " ",
  ),
);

/**
 * Quotes `words` so that a POSIX shell reads them as they are, separated by blanks.
 *
 * @throws {LumaError} When a word has a NUL character, which no argument can carry.
 */
export function quoteShell(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
  if (word.includes("\0")) {
    throw new LumaError("Cannot quote a word for the shell: it contains a NUL character", {
      hint: "Remove the NUL character: no command line or environment can carry one",
    });
  }
  if (PLAIN.test(word) && !RESERVED.has(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
