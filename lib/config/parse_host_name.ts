/**
 * Reads the host names that an app is served under.
 *
 * Pure. The rule: a host is as it stands in a `Host` header: lower case, ASCII, without scheme,
 * port or path; `*.` in front stands for one label.
 *
 * @module
 */
import { isIPv4 } from "node:net";
import { domainToASCII } from "node:url";
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
const HAS_MORE = /^([a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/:?#@]+)(:\d*)?([/?#].*)?$/i;

/** The host name of `text`, lower-cased, in punycode where it is not ASCII. */
export function parseHostName(text: string): Parsed<string> {
  const host = normalizeHost(text);
  if (host !== undefined) return parsed(host);
  if (text === "*") {
    return unparsed(
      'expected a host name, got "*"',
      "leave out hosts: the app then serves every other host",
    );
  }
  const bare = HAS_MORE.exec(text)?.[2];
  const meant = bare === undefined ? undefined : normalizeHost(bare);
  return meant === undefined
    ? unparsed(`expected a host name such as blog.com or *.blog.com, got ${quote(text)}`)
    : unparsed(
      `expected a host name alone, without scheme, port or path, got ${quote(text)}`,
      `write ${meant}`,
    );
}

function normalizeHost(text: string): string | undefined {
  const wildcard = text.startsWith("*.");
  const name = (wildcard ? text.slice(2) : text).replace(/\.$/, "").toLowerCase();
  // The runtimes' domainToASCII differ on ASCII texts (percent signs, numbers): only others go in.
  // deno-lint-ignore no-control-regex -- the range of ASCII
  const ascii = /^[\u0000-\u007f]*$/.test(name) ? name : domainToASCII(name);
  const labels = ascii.split(".");
  if (ascii.length > 253 || !labels.every((label) => LABEL.test(label))) return undefined;
  if (/^\d+$/.test(labels.at(-1) ?? "") && (wildcard || !isIPv4(ascii))) return undefined;
  return wildcard ? `*.${ascii}` : ascii;
}
