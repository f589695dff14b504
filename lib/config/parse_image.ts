/**
 * Checks image references.
 *
 * Pure. The rule: what Docker would refuse is refused here, with the place in the file.
 * Grammar: https://pkg.go.dev/github.com/distribution/reference
 *
 * @module
 */
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";

const DOMAIN = String
  .raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?|\[[0-9a-fA-F:]+\](?::\d+)?)`;
const COMPONENT = String.raw`[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*`;
/** An image reference; its first group is the registry, or the first part of the name. */
export const IMAGE: RegExp = new RegExp(
  `^(?:(${DOMAIN})/)?${COMPONENT}(?:/${COMPONENT})*` +
    "(?::\\w[\\w.-]{0,127})?(?:@[a-z0-9]+:[a-f0-9]{32,})?$",
);

/** The reference itself, where it is one: `registry.example.com/acme/web:1`. */
export function parseImage(text: string): Parsed<string> {
  if (IMAGE.test(text)) return parsed(text);
  const bare = text.trim().replace(/^https?:\/\//, "");
  if (bare !== text && IMAGE.test(bare)) {
    return unparsed(`expected an image such as acme/web:1, got ${quote(text)}`, `write ${bare}`);
  }
  const lower = text.replace(/^([^:@]*)/, (name) => name.toLowerCase());
  const fix = IMAGE.test(lower) ? `write ${lower}: names of images are lower case` : undefined;
  return unparsed(`expected an image such as acme/web:1, got ${quote(text)}`, fix);
}

/** The registry that an image comes from; `docker.io` where the reference names none. */
export function registryOf(image: string): string {
  const domain = IMAGE.exec(image)?.[1];
  const isHost = domain !== undefined && (/[.:]/.test(domain) || domain === "localhost");
  return isHost ? domain.toLowerCase() : "docker.io";
}
