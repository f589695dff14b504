/**
 * Removes the tags that luma put on images of older deployments.
 *
 * The rule: only tags `luma/{project}.{app}:{deployment}` are luma's; no other is touched.
 *
 * @module
 */
import { imageRepository } from "../state/server_names.ts";
import type { Execution } from "./types.ts";

/** Keeps the tags of the newest deployment and of `keep` former ones. */
export async function pruneImages(
  keep: number,
  { effects, plan, signal }: Execution,
): Promise<void> {
  const repository = imageRepository(plan.project, plan.app);
  const images = await effects.docker.listImages(repository, signal);
  // The tags are ids of deployments, which sort by time.
  const tags = images.map(({ tag }) => tag).sort().reverse();
  for (const tag of tags.slice(keep + 1)) await effects.docker.untagImage(tag, signal);
}
