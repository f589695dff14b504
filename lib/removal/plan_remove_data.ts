/**
 * Plans what happens to the data of what is removed: named volumes and the project's own folders.
 *
 * Pure. The rule: data goes only when that is asked for, and never while a container that stays uses it;
 * a folder of the server that luma.yml names by its whole path is the user's, and always stays. A volume
 * that nobody named is a service's data as any other; an app's goes with its container, as in a deployment.
 *
 * @module
 */
import type { ContainerConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import type { Mount } from "../docker/volume_operations.ts";
import { quoteShell } from "../ssh/quote.ts";
import { LABELS } from "../state/labels.ts";
import { type ProjectTraces, volumesFolder } from "../state/project_traces.ts";
import type { RemoveStep } from "./types.ts";

/** Docker names a volume that nobody named by a hash. */
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
  return `${kind === "volume" ? "docker volume rm" : "rm -r --"} ${quoteShell([source])}`;
}

function findVolumes(traces: ProjectTraces, options: DataOptions): readonly Found[] {
  const services = options.going.filter(({ labels }) => labels[LABELS.service] !== undefined);
  const mounted = [
    ...mountsOf(traces, options).filter(({ source }) => !ANONYMOUS.test(source)),
    ...mountsOf(traces, { going: services }),
  ].filter(({ kind }) => kind === "volume");
  const configured = options.configs.flatMap(({ volumes }) => volumes)
    .filter(({ kind }) => kind === "named");
  const names = [...mounted, ...configured].map(({ source }) => source)
    .filter((name) => traces.volumes.includes(name));
  return [...new Set(names)].sort().map((source) => ({
    kind: "volume",
    source,
    users: usersOf({ kind: "volume", source }, traces, options),
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
    users: usersOf({ kind: "bind", source }, traces, options),
  }));
}

/** Volumes that nobody named, of these containers and no others. */
export function findUnnamed(
  { mounts }: ProjectTraces,
  going: readonly Container[],
): readonly string[] {
  const isGoing = ({ container }: Mount) => going.some(({ id }) => id === container);
  const shared = mounts.filter((mount) => !isGoing(mount)).map(({ source }) => source);
  const names = mounts.filter((mount) => mount.kind === "volume" && isGoing(mount))
    .map(({ source }) => source)
    .filter((name) => ANONYMOUS.test(name) && !shared.includes(name));
  return [...new Set(names)].sort();
}

/**
 * The steps of a service, and then those of its data, where what only its containers tell of goes in one
 * step with the last of them: the next run would not find it, if this one ended in between.
 */
export function joinUnnamed(
  steps: readonly RemoveStep[],
  data: readonly RemoveStep[],
): readonly RemoveStep[] {
  const last = steps.findLastIndex(({ kind }) => kind === "remove-service");
  const step = steps[last];
  const volumes = data.flatMap((each) => isUnnamed(each) ? [each.volume] : []);
  if (step?.kind !== "remove-service" || volumes.length === 0) return [...steps, ...data];
  const { phase, cause, service: container } = step;
  return [
    ...steps.with(last, { phase, cause, kind: "remove-with-volumes", container, volumes }),
    ...data.filter((each) => !isUnnamed(each)),
  ];
}

function isUnnamed(
  step: RemoveStep,
): step is Extract<RemoveStep, { readonly kind: "remove-volume" }> {
  return step.kind === "remove-volume" && ANONYMOUS.test(step.volume);
}

function mountsOf(
  { mounts }: ProjectTraces,
  { going }: Pick<DataOptions, "going">,
): readonly Mount[] {
  return mounts.filter(({ container }) => going.some(({ id }) => id === container));
}

/** The names of the containers that stay and mount a volume, or something of a folder. */
export function usersOf(
  data: Pick<Mount, "kind" | "source">,
  { mounts }: ProjectTraces,
  { going, all }: Pick<DataOptions, "going" | "all">,
): readonly string[] {
  const users = mounts.filter((mount) =>
    isOf(mount, data) && !going.some(({ id }) => id === mount.container)
  );
  const names = users.map(({ container }) =>
    all.find(({ id }) => id === container)?.name ?? `container ${container.slice(0, 12)}`
  );
  return [...new Set(names)].sort();
}

function isOf(mount: Mount, { kind, source }: Pick<Mount, "kind" | "source">): boolean {
  if (mount.kind !== kind) return false;
  if (mount.source === source) return true;
  return kind === "bind" && (isInside(mount.source, source) || isInside(source, mount.source));
}

/** Whether a path is really below a folder: none that leads out of it again. */
function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && !path.split("/").includes("..");
}
