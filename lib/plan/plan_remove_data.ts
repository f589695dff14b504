/**
 * Plans what happens to the data of what is removed: named volumes and the project's own folders.
 *
 * Pure. The rule: data goes only when that is asked for, and never while a container that stays uses it;
 * a folder of the server that luma.yml names by its whole path is the user's, and always stays.
 *
 * @module
 */
import type { ContainerConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import type { Mount } from "../docker/volume_operations.ts";
import { type ProjectTraces, volumesFolder } from "../state/project_traces.ts";
import type { RemoveStep } from "./remove_types.ts";

/** Docker names a volume that nobody named by a hash; it goes with its container. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/** Whose data is looked at. */
export interface DataOptions {
  readonly home: string;
  readonly project: string;
  /** The containers that are removed. */
  readonly going: readonly Container[];
  /** All containers that luma knows, for their names. */
  readonly all: readonly Container[];
  /** What luma.yml says of what is removed, for volumes whose containers are gone already. */
  readonly configs: readonly ContainerConfig[];
  /** Removes them. */
  readonly volumes: boolean;
  /** The project is removed as a whole. */
  readonly whole: boolean;
}

/** What goes, and what stays. */
export interface RemovedData {
  readonly steps: readonly RemoveStep[];
  /** As lines for a person. */
  readonly kept: readonly string[];
}

/** The steps that remove data; nothing but what is kept, where that was not asked for. */
export function planData(traces: ProjectTraces, options: DataOptions): RemovedData {
  const found = [...findVolumes(traces, options), ...findFolders(traces, options)];
  const base = { phase: "cleanup", cause: "volumes asked for" } as const;
  const steps: RemoveStep[] = [];
  const kept: string[] = [];
  for (const { kind, source, users } of found) {
    const what = `${kind === "volume" ? "volume" : "folder"} ${source}`;
    if (users.length > 0) kept.push(`${what}: ${users.join(", ")} uses it`);
    else if (!options.volumes) {
      kept.push(`${what}; to remove it later: ${removalLine(kind, source)}`);
    } else if (kind === "volume") steps.push({ ...base, kind: "remove-volume", volume: source });
    else steps.push({ ...base, kind: "remove-folder", path: source });
  }
  return { steps, kept };
}

/** Data, with the names of the containers that stay and use it. */
interface Found {
  readonly kind: Mount["kind"];
  readonly source: string;
  readonly users: readonly string[];
}

function removalLine(kind: Mount["kind"], source: string): string {
  return kind === "volume" ? `docker volume rm ${source}` : `rm -r ${source}`;
}

function findVolumes(traces: ProjectTraces, options: DataOptions): readonly Found[] {
  const mounted = mountsOf(traces, options).filter(({ kind }) => kind === "volume");
  const configured = options.configs.flatMap(({ volumes }) => volumes)
    .filter(({ kind }) => kind === "named");
  const names = [...mounted, ...configured].map(({ source }) => source)
    .filter((name) => traces.volumes.includes(name) && !ANONYMOUS.test(name));
  return [...new Set(names)].sort().map((source) => ({
    kind: "volume",
    source,
    users: usersOf(traces, options, (mount) => mount.kind === "volume" && mount.source === source),
  }));
}

function findFolders(traces: ProjectTraces, options: DataOptions): readonly Found[] {
  const root = volumesFolder(options.home, options.project);
  if (traces.volumeFolder === undefined) return [];
  const configured = options.configs.flatMap(({ volumes }) => volumes)
    .filter(({ kind }) => kind === "relative")
    .map(({ source }) => `${root}/${source.replace(/^(\.\/)+/, "")}`);
  const mounted = mountsOf(traces, options).filter(({ kind }) => kind === "bind")
    .map(({ source }) => source);
  const paths = options.whole
    ? [root]
    : [...new Set([...mounted, ...configured])].sort().filter((path) => isInside(path, root));
  return paths.map((source) => ({
    kind: "bind",
    source,
    users: usersOf(
      traces,
      options,
      (mount) =>
        mount.kind === "bind" && (mount.source === source || isInside(mount.source, source) ||
          isInside(source, mount.source)),
    ),
  }));
}

function mountsOf({ mounts }: ProjectTraces, { going }: DataOptions): readonly Mount[] {
  return mounts.filter(({ container }) => going.some(({ id }) => id === container));
}

/** The containers that stay and have such a mount. */
function usersOf(
  { mounts }: ProjectTraces,
  { going, all }: DataOptions,
  isSuch: (mount: Mount) => boolean,
): readonly string[] {
  const users = mounts.filter((mount) =>
    isSuch(mount) && !going.some(({ id }) => id === mount.container)
  );
  const names = users.map(({ container }) =>
    all.find(({ id }) => id === container)?.name ?? `container ${container.slice(0, 12)}`
  );
  return [...new Set(names)].sort();
}

/** Whether a path is really below a folder: none that leads out of it again. */
function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && !path.split("/").includes("..");
}
