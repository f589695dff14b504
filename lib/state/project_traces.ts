/**
 * Finds what a project has on a server beside its containers: images, records, volumes.
 *
 * The rule: values only, found by names that are luma's own; nothing is changed.
 *
 * @module
 */
import type { Docker } from "../docker/types.ts";
import { listMounts, listVolumes, type Mount } from "../docker/volume_operations.ts";
import { LumaError } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import { imageRepository } from "./server_names.ts";

/** What a project has on a server beside its containers. */
export interface ProjectTraces {
  /** Whole references: `luma/shop.blog:20260101t000000z-0001`. */
  readonly images: readonly string[];
  /** Names of apps that have receipts. */
  readonly receipts: readonly string[];
  /** Its folder of relative volumes, where there is one. */
  readonly volumeFolder?: string;
  /** The names of all volumes of the server. */
  readonly volumes: readonly string[];
  /** What all containers of the server mount. */
  readonly mounts: readonly Mount[];
}

/** Arguments: the folder of receipts, and that of volumes. */
const SCRIPT = `
[ -d "$2" ] && echo volumes
cd "$1" 2>/dev/null || exit 0
for name in *; do [ -d "$name" ] && echo "receipts $name"; done
exit 0
`;

/** The folder that the project's receipts are in. */
export function receiptsFolder(home: string, project: string): string {
  return `${home}/receipts/${project}`;
}

/** The folder that the project's relative volumes are in. */
export function volumesFolder(home: string, project: string): string {
  return `${home}/volumes/${project}`;
}

/** Looks at a server. @param home The server's folder of luma. */
export async function observeTraces(
  { docker, runner }: { readonly docker: Docker; readonly runner: Runner },
  { project, home }: { readonly project: string; readonly home: string },
  signal: AbortSignal,
): Promise<ProjectTraces> {
  const [images, lines, volumes, mounts] = await Promise.all([
    docker.listImages(imageRepository(project, "*"), signal),
    listFolders(runner, { project, home }, signal),
    listVolumes(runner, signal),
    listMounts(runner, signal),
  ]);
  return {
    images: images.map(({ tag }) => tag),
    receipts: lines.flatMap((line) =>
      line.startsWith("receipts ") ? [line.slice("receipts ".length)] : []
    ),
    ...(lines.includes("volumes") ? { volumeFolder: volumesFolder(home, project) } : {}),
    volumes,
    mounts,
  };
}

async function listFolders(
  runner: Runner,
  { project, home }: { readonly project: string; readonly home: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const folders = [receiptsFolder(home, project), volumesFolder(home, project)];
  const output = await runner.run({
    argv: ["sh", "-c", SCRIPT, "luma", ...folders],
    timeoutMs: 30_000,
    signal,
  });
  if (output.status === 0) return output.stdout.split("\n");
  throw new LumaError(`Cannot look into ${home} on ${runner.server}: ${output.stderr.trim()}`);
}
