/**
 * Reads the paths of URLs.
 *
 * Pure. The rule: a path is sent and compared as it stands, so it holds what a request may.
 *
 * @module
 */
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";

/** What a request's path is made of. */
export const CHECK_PATH = /^\/[!"$-~]*$/;
const SCHEME_AND_HOST = /^[a-z]+:\/\/[^/]*/i;

/** The path that a health check asks for: `/up`, also with a query. */
export function parseCheckPath(text: string): Parsed<string> {
  if (CHECK_PATH.test(text)) return parsed(text);
  const meant = `/${text.replace(SCHEME_AND_HOST, "").replace(/^\/+/, "")}`;
  const fix = CHECK_PATH.test(meant) ? `write ${meant}` : undefined;
  return unparsed(`expected a path that begins with /, got ${quote(text)}`, fix);
}

/** The prefix of the paths that an app serves, without a slash at its end: `/api`; or `/`. */
export function parseRoutePath(text: string): Parsed<string> {
  const path = parseCheckPath(text);
  if (!path.ok) return path;
  const prefix = text.replace(/\/+$/, "");
  if (/[?*]/.test(text)) {
    const bare = prefix.replace(/\/?[?*].*$/, "");
    return unparsed(
      `expected a path without ? and *, got ${quote(text)}`,
      `write ${bare === "" ? "/" : bare}`,
    );
  }
  if (/\/\.{0,2}(\/|$)/.test(prefix)) {
    return unparsed(`expected a path without empty, . or .. parts, got ${quote(text)}`);
  }
  return parsed(prefix === "" ? "/" : prefix);
}
