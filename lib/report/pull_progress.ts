/**
 * Counts the layers of an image that Docker pulls.
 *
 * Pure. The rule: without a terminal `docker pull` prints one line for each state of a layer and no
 * bytes; a layer that is only named counts as one to bring.
 *
 * @module
 */

/** How far a pull is. */
export interface PullProgress {
  /** The state of each layer, by the beginning of its digest. */
  readonly layers: Readonly<Record<string, "waiting" | "downloaded" | "done">>;
  /** The newest line that is about no layer. */
  readonly line: string;
}

/** A pull of which nothing is known. */
export const NO_PULL: PullProgress = { layers: {}, line: "" };

/** How a line of `docker pull` changes what is known. */
export function readPullLine(progress: PullProgress, line: string): PullProgress {
  const [, id, words = ""] = /^([0-9a-f]{12}): (.+)$/.exec(line.trim()) ?? [];
  if (id === undefined) return { ...progress, line: line.trim() };
  const state = /^(Pull complete|Already exists)/.test(words)
    ? "done"
    : /^(Download complete|Verifying Checksum|Extracting)/.test(words)
    ? "downloaded"
    : "waiting";
  return { ...progress, layers: { ...progress.layers, [id]: state } };
}

/** How many layers there are, how many are on the server's disk, and how many of these are in place. */
export function countLayers({ layers }: PullProgress): {
  readonly total: number;
  readonly downloaded: number;
  readonly done: number;
} {
  const states = Object.values(layers);
  return {
    total: states.length,
    downloaded: states.filter((state) => state !== "waiting").length,
    done: states.filter((state) => state === "done").length,
  };
}
