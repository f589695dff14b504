/**
 * The images that were built for an app and are still there, on this machine or on a server.
 *
 * The rule: the newest few are kept, so that neither side fills up; what a container or a deployment uses
 * keeps its image by that.
 *
 * @module
 */
import type { Docker, Image } from "../docker/types.ts";
import { isUnfinished } from "./build_names.ts";

/** How many are kept: more than one, for the same app may be built for two servers at one time. */
const KEPT_BUILDS = 3;

/** An image and its name. */
export interface StoredBuild {
  readonly reference: string;
  readonly image: Image;
}

/** The builds of a repository, the newest first. */
export async function listBuilds(
  docker: Pick<Docker, "listImages" | "inspectImage">,
  repository: string,
  signal: AbortSignal,
): Promise<readonly StoredBuild[]> {
  const listed = await docker.listImages(repository, signal);
  const builds = await Promise.all(listed.map(async ({ tag }) => {
    const image = await docker.inspectImage(tag, signal);
    return image === undefined ? [] : [{ reference: tag, image }];
  }));
  return builds.flat().sort((a, b) => (b.image.taggedAtMs ?? 0) - (a.image.taggedAtMs ?? 0));
}

/** The build that was made, or arrived, last. */
export async function findLastBuild(
  docker: Pick<Docker, "listImages" | "inspectImage">,
  repository: string,
  signal: AbortSignal,
): Promise<StoredBuild | undefined> {
  const builds = await listBuilds(docker, repository, signal);
  return builds.find(({ reference }) => !isUnfinished(reference));
}

/** Takes the names from all builds but the newest few, `current` among them. */
export async function forgetOldBuilds(
  docker: Pick<Docker, "listImages" | "inspectImage" | "untagImage">,
  { repository, current }: { readonly repository: string; readonly current: string },
  signal: AbortSignal,
): Promise<void> {
  const listed = await docker.listImages(repository, signal);
  if (listed.length <= KEPT_BUILDS) return;
  const builds = await listBuilds(docker, repository, signal);
  const others = builds.filter(({ reference }) => reference !== current);
  for (const { reference } of others.slice(KEPT_BUILDS - 1)) {
    await docker.untagImage(reference, signal);
  }
}
