/**
 * Plans which members of an image's archive are sent to a server that has some of its layers.
 *
 * Pure. The rule: `docker load` does not read a layer that the engine has on the same chain of layers
 * below it, and takes an archive without that layer's file; so a layer is left out only together with
 * every layer under it.
 *
 * @module
 */
import { posix } from "node:path";
import { LumaError } from "../error.ts";

/** A member of an archive, without its content. */
export interface ArchiveEntry {
  readonly path: string;
  readonly link?: string;
  /** With header and padding. */
  readonly bytes: number;
}

/** What `docker save` wrote: its members, and what its manifest.json says of them. */
export interface ArchiveIndex {
  readonly entries: readonly ArchiveEntry[];
  /** Path of the image's configuration. */
  readonly config: string;
  /** Paths of the layers, the lowest first. */
  readonly layers: readonly string[];
}

/** What of an archive is sent. */
export interface ArchivePlan {
  /** Paths of the members that are left out. */
  readonly omitted: ReadonlySet<string>;
  readonly sentBytes: number;
  /** What the whole archive would be. */
  readonly wholeBytes: number;
}

/**
 * Reads manifest.json (Docker Image Specification v1.2, "Combined Image JSON + Filesystem Changeset
 * Format"), which every engine writes and reads.
 *
 * @throws {LumaError} When it describes anything but one image.
 */
export function parseManifest(json: string): Pick<ArchiveIndex, "config" | "layers"> {
  const list: unknown = JSON.parse(json);
  const [image, ...others] = Array.isArray(list) ? list as readonly Record<string, unknown>[] : [];
  const { Config: config, Layers: layers } = image ?? {};
  if (others.length > 0 || typeof config !== "string" || !Array.isArray(layers)) {
    throw new LumaError("Cannot read the image's archive: its manifest is of no known form");
  }
  return { config, layers: layers.map(String) };
}

/** How many of `layers`, from the lowest on, one of the server's images begins with too. */
export function countKnownLayers(
  layers: readonly string[],
  known: readonly (readonly string[])[],
): number {
  const shared = known.map((chain) => {
    const differs = layers.findIndex((layer, at) => layer !== chain[at]);
    return differs === -1 ? layers.length : differs;
  });
  return Math.max(0, ...shared);
}

/**
 * Plans what is sent.
 *
 * @param knownLayers How many layers the server has, from the lowest on.
 * @param endBytes What stands behind the last member.
 */
export function planArchive(
  { entries, layers }: ArchiveIndex,
  knownLayers: number,
  endBytes: number,
): ArchivePlan {
  const links = new Map(
    entries.flatMap(({ path, link }) =>
      link === undefined ? [] : [[path, posix.join(posix.dirname(path), link)] as const]
    ),
  );
  // Two layers may be one file: of the same path, or as a link from one to the other.
  const fileOf = (path: string) => links.get(path) ?? path;
  const needed = new Set(layers.slice(knownLayers).flatMap((path) => [path, fileOf(path)]));
  const omitted = new Set(layers.slice(0, knownLayers).filter((path) => !needed.has(path)));
  const sum = (list: readonly ArchiveEntry[]) =>
    list.reduce((total, { bytes }) => total + bytes, endBytes);
  return {
    omitted,
    sentBytes: sum(entries.filter(({ path }) => !omitted.has(path))),
    wholeBytes: sum(entries),
  };
}
