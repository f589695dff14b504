/**
 * Reads the volumes of a container.
 *
 * Pure. The grammar is `source:/path[:ro|:rw]`; a source that begins with `./` is in a folder of
 * the project on the server, and cannot leave it.
 *
 * @module
 */
import { posix } from "node:path";
import { type Parsed, parsed, quote, unparsed } from "./parsed.ts";
import type { VolumeConfig } from "./types.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The volume that `text` says: `data:/var/lib/data`, `/etc/app:/etc/app:ro`, `./files:/files`. */
export function parseVolume(text: string): Parsed<VolumeConfig> {
  const [source = "", path, mode, ...more] = text.split(":");
  if (path === undefined || more.length > 0 || source === "") {
    return unparsed(
      `expected a volume such as data:/data or ./data:/data:ro, got ${quote(text)}`,
      path === undefined && text.startsWith("/") ? `write data:${text}` : undefined,
    );
  }
  if (mode !== undefined && mode !== "ro" && mode !== "rw") {
    return unparsed(
      `expected :ro or :rw at the end, got ${quote(mode)}`,
      `write ${source}:${path}:ro`,
    );
  }
  if (!path.startsWith("/") || posix.normalize(path) === "/") {
    return unparsed(`expected an absolute path in the container, got ${quote(path)}`);
  }
  const kind = source.startsWith("/")
    ? "absolute"
    : /^\.(\/|$)/.test(source)
    ? "relative"
    : "named";
  const problem = checkSource(source, kind);
  if (problem !== undefined) return problem;
  return parsed({
    kind,
    source: kind === "named" ? source : posix.normalize(source),
    path: posix.normalize(path),
    readOnly: mode === "ro",
  });
}

function checkSource(source: string, kind: VolumeConfig["kind"]): Parsed<never> | undefined {
  if (
    source.startsWith("..") || (kind === "relative" && posix.normalize(source).startsWith(".."))
  ) {
    return unparsed(
      `the folder ${quote(source)} is outside of the project's folder on the server`,
      "write a path that begins with ./, or an absolute one",
    );
  }
  if (source.startsWith("~")) {
    return unparsed(
      `expected a path of the server, got ${quote(source)}`,
      "write the absolute path",
    );
  }
  if (kind !== "named" || NAME.test(source)) return undefined;
  return unparsed(
    `expected the name of a volume, of two or more letters, digits, _ . or -, got ${quote(source)}`,
    source.includes("/") ? `write ./${source} for a folder` : undefined,
  );
}
