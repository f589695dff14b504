/**
 * Says what is wrong with YAML in words that help.
 *
 * Pure. The rule: no text of the file is in a message; it could be anything, a password too.
 *
 * @module
 */
import type { ErrorCode } from "yaml";

/** What to tell of an error. */
export interface Advice {
  readonly message: string;
  readonly fix?: string;
}

const INDENTATION: Advice = {
  message: "the indentation does not fit, or a bracket further up is not closed",
  fix: "write keys of one map below each other, those of an inner map two spaces further right",
};

const KNOWN: Partial<Record<ErrorCode, Advice>> = {
  BAD_DQ_ESCAPE: {
    message: "unknown escape in a double-quoted text",
    fix: "write a backslash as \\\\, or use single quotes",
  },
  BAD_INDENT: INDENTATION,
  BAD_SCALAR_START: {
    message: "a text cannot begin with this character",
    fix: "put the text in quotes",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "two keys on one line, or an indented key below a value",
    fix: 'put a text that contains ": " in quotes, or the key on a line of its own',
  },
  MISSING_CHAR: {
    message: "something is not closed: a quote, a bracket, or the colon after a key",
    fix: "look for the missing character here and in the lines above",
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "a key without a colon",
    fix: "write key: value, with a space after the colon",
  },
  TAB_AS_INDENT: { message: "a tab is used as indentation", fix: "use spaces" },
  TAG_RESOLVE_FAILED: { message: "unknown YAML tag", fix: "leave out the word that begins with !" },
  RESOURCE_EXHAUSTION: { message: "the YAML is nested too deeply", fix: "write it flatter" },
};

const OTHER: Advice = {
  message: "this is not valid YAML",
  fix: "compare this line and the one above with an example of luma.yml",
};

/** What an error of the YAML library means. */
export function describeSyntaxError(code: ErrorCode): Advice {
  return KNOWN[code] ?? OTHER;
}
