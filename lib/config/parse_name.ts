/**
 * Checks the names of projects, apps and services.
 *
 * Pure. The rule: a name is part of container, image, network and host names, and a word of shell
 * commands; so it is what all of these take.
 *
 * @module
 */
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";

/** Lower-case letters and digits with `-`, `_` or `__` between them: a part of an image's name. */
export const SAFE_NAME = /^[a-z0-9]+(?:(?:-+|__?)[a-z0-9]+)*$/;

/** Clients take these for an IPv4 address instead of asking the DNS. */
export const ADDRESS_LIKE = /^(?:\d+|0x[0-9a-f]*)$/;

/** Containers of luma's own, and the machine itself. */
export const RESERVED_NAMES: readonly string[] = ["localhost", "luma-proxy", "luma-proxy-net"];

/** Of a container's host name `{app}-{color}-{i}` there are at most 63 characters. */
export const MAX_NAME = 40;

/** `{project}-network` is one label of `blog.{project}-network`, of at most 63 characters. */
export const MAX_PROJECT: number = 63 - "-network".length;

/** What luma calls the containers and aliases of an app, whose name is the first group. */
export const COLOR_LIKE = /^(.+?)-(?:(?:blue|green)(?:-\d+)?(?:-temp)?|temp)$/;

/** The proxy's first network; Docker publishes ports on the network whose name sorts first. */
const INGRESS = "0-luma-ingress";

/** The name of an app or a service. */
export function parseContainerName(text: string): Parsed<string> {
  const problem = checkSafe(text, MAX_NAME);
  if (problem !== undefined) return problem;
  if (ADDRESS_LIKE.test(text)) {
    return unparsed(
      `the name ${quote(text)} reads as an IP address`,
      `write ${quote(`app-${text}`)}`,
    );
  }
  if (RESERVED_NAMES.includes(text)) {
    return unparsed(`the name ${quote(text)} is taken by luma itself`, "choose another name");
  }
  return parsed(text);
}

/** The name of an app: one that no color's containers can have. */
export function parseAppName(text: string): Parsed<string> {
  const color = COLOR_LIKE.exec(text);
  if (color === null) return parseContainerName(text);
  return unparsed(
    `the name ${quote(text)} is what luma calls a container of an app ${quote(color[1] ?? "")}`,
    "choose a name that does not end in -blue, -green or -temp",
  );
}

/** The name of a project. */
export function parseProjectName(text: string): Parsed<string> {
  const problem = checkSafe(text, MAX_PROJECT);
  if (problem !== undefined) return problem;
  if (!isSortedAfterIngress(text)) {
    return unparsed(
      `the network ${quote(`${text}-network`)} would sort before "${INGRESS}", and connecting it ` +
        "would cut the connections of every project on the server",
      `write ${quote(`project-${text}`)}`,
    );
  }
  return parsed(text);
}

/** The project's name that a folder gives; none where nothing of the folder's name can be used. */
export function projectNameOf(folderName: string): string | undefined {
  const safe = makeSafe(folderName, MAX_PROJECT);
  if (safe === undefined || isSortedAfterIngress(safe)) return safe;
  return `project-${safe}`.slice(0, MAX_PROJECT).replace(/[-_]+$/, "");
}

function isSortedAfterIngress(project: string): boolean {
  return `${project}-network` > INGRESS;
}

function checkSafe(text: string, maxLength: number): Parsed<never> | undefined {
  if (SAFE_NAME.test(text) && text.length <= maxLength) return undefined;
  const safe = makeSafe(text, maxLength);
  const fix = safe === undefined ? undefined : `write ${safe}`;
  if (SAFE_NAME.test(text)) {
    return unparsed(`expected a name of at most ${maxLength} characters, got ${text.length}`, fix);
  }
  const wanted = "lower-case letters and digits, with - or _ only between them";
  return unparsed(`expected a name of ${wanted}, got ${quote(text)}`, fix);
}

function makeSafe(text: string, maxLength: number): string | undefined {
  const safe = text.normalize("NFKD").toLowerCase().replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-").slice(0, maxLength).replaceAll(/^-+|-+$/g, "");
  return safe === "" ? undefined : safe;
}
