/**
 * Reads `.luma/secrets`: a line `NAME=value` for each secret.
 *
 * Pure. The rule: no problem repeats any of a line but the name in front of its `=`.
 *
 * Values are taken as they are, to the end of the line. In single quotes everything is literal; in
 * double quotes `\n`, `\t`, `\r`, `\"` and `\\` are what they are in most languages. Lines that
 * begin with `#`, and what follows a closing quote after `#`, are comments.
 *
 * @module
 */
import { ProblemList } from "./problem_list.ts";
import { Secret } from "./secret.ts";
import type { Problem } from "./types.ts";

/** What a secrets file holds. */
export interface SecretsReading {
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=[ \t]*(.*?)\s*$/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  '"': '"',
  "\\": "\\",
};
const MULTILINE_FIX =
  "write a value of several lines in double quotes on one line, with \\n between";

/** The secrets of `text`; `shownFile` is its name in problems. */
export function parseSecrets(text: string, shownFile: string): SecretsReading {
  const problems = new ProblemList(shownFile);
  const secrets = new Map<string, Secret>();
  for (const [index, line] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const at = { path: "", line: index + 1, column: 1 };
    const match = LINE.exec(line);
    const [, name, written] = match ?? [];
    if (name === undefined || written === undefined) {
      problems.error(at, "expected NAME=value or a comment", MULTILINE_FIX);
      continue;
    }
    const place = { ...at, path: name };
    const value = unquote(written);
    if (value === undefined) {
      problems.error(
        place,
        "the quotes of the value are not closed, or something follows them",
        MULTILINE_FIX,
      );
    } else if (value.includes("\0")) {
      problems.error(place, "the value contains NUL, which no program can be given");
    } else if (secrets.has(name)) {
      problems.error(place, `${name} is there twice`, "keep one of the lines");
    } else {
      if (!/^['"]/.test(written) && /\s#/.test(written)) {
        problems.warn(place, "a # within the line is part of the value", "put the value in quotes");
      }
      secrets.set(name, new Secret(value));
    }
  }
  return { secrets, errors: problems.errors, warnings: problems.warnings };
}

function unquote(written: string): string | undefined {
  if (!/^['"]/.test(written)) return written;
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(written)?.[1];
  if (single !== undefined) return single;
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(written)?.[1];
  return double?.replaceAll(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
}
