/**
 * Plans how apps and services, or a whole project, go away from a server.
 *
 * Pure. The rule: what visitors use goes first and in order, what holds data last and only when asked for;
 * what another container uses stays. Everything is found anew each time, so that a removal that was
 * interrupted is finished by the next one.
 *
 * @module
 */
import type { AppConfig, ContainerConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import { planRetire } from "../plan/plan_retire.ts";
import { readAppState } from "../state/app_state.ts";
import { otherColor } from "../state/active_color.ts";
import { LABELS } from "../state/labels.ts";
import { type ProjectTraces, receiptsFolder } from "../state/project_traces.ts";
import { imageRepository } from "../state/server_names.ts";
import type { ServerState } from "../state/types.ts";
import { findUnnamed, planData } from "./plan_remove_data.ts";
import { planNetworkRemoval } from "./plan_remove_network.ts";
import { isSharedStep, type RemoveStep } from "./types.ts";

const CAUSE = "removed";

/** What an app has that luma.yml says nothing of any more. */
const DEFAULT_DEPLOY = {
  drainTimeoutMs: 120_000,
  upgradeDrainTimeoutMs: 10_000,
  stopTimeoutMs: 30_000,
} as const;

/** What a service has for SIGTERM, of which luma.yml says nothing any more. */
const SERVICE_STOP_MS = 60_000;

/** An app or a service that goes. */
export interface RemovedPart {
  readonly kind: "app" | "service";
  readonly name: string;
  /** What luma.yml says of it; none where it is not there any more. */
  readonly config?: ContainerConfig & { readonly deploy?: Partial<AppConfig["deploy"]> };
}

/** What goes from one server, in its order. */
export interface Removal {
  readonly server: string;
  readonly project: string;
  readonly parts: readonly {
    readonly part: RemovedPart;
    readonly steps: readonly RemoveStep[];
    /** Volumes that nobody named, which go with the containers that they were made for. */
    readonly unnamed: readonly string[];
  }[];
  /** What goes when all parts are gone. */
  readonly rest: readonly RemoveStep[];
  /** What stays, and why, as lines for a person. */
  readonly kept: readonly string[];
}

/** What is removed. */
export interface PlanRemoveOptions {
  readonly project: string;
  readonly parts: readonly RemovedPart[];
  /** The project's network, too. */
  readonly all: boolean;
  /** Volumes, too. */
  readonly volumes: boolean;
}

/** Apps and services of the project that a server has something of, beside those of luma.yml. */
export function findParts(
  state: ServerState,
  traces: ProjectTraces,
  project: string,
): readonly RemovedPart[] {
  const own = state.containers.filter(({ labels }) => labels[LABELS.project] === project);
  const services = own.flatMap(({ labels }) => labels[LABELS.service] ?? []);
  const routes = state.proxy.kind === "running" ? state.proxy.status.routes : [];
  const prefix = imageRepository(project, "");
  const apps = [
    ...own.flatMap(({ labels }) => labels[LABELS.app] ?? []),
    ...routes.filter((route) => route.project === project).map(({ app }) => app),
    ...traces.images.map((tag) => tag.slice(prefix.length).replace(/:.*$/, "")),
    ...traces.receipts,
  ].filter((name) => !services.includes(name));
  return [
    ...[...new Set(apps)].sort().map((name): RemovedPart => ({ kind: "app", name })),
    ...[...new Set(services)].sort().map((name): RemovedPart => ({ kind: "service", name })),
  ];
}

/** The removal; without steps where nothing is there. Apps go before services, which they may need. */
export function planRemove(
  state: ServerState,
  traces: ProjectTraces,
  options: PlanRemoveOptions,
): Removal {
  const { project, all } = options;
  const ordered = [...options.parts].sort((a, b) => a.kind.localeCompare(b.kind));
  const parts = ordered.map((part) => ({
    part,
    steps: planPart(part, { state, traces, project }),
    unnamed: part.kind === "service" ? [] : findUnnamed(
      traces,
      state.containers.filter((container) => isOf(container, project, part)),
    ),
  })).filter(({ steps }) => steps.length > 0);
  const going = state.containers.filter((container) =>
    ordered.some((part) => isOf(container, project, part))
  );
  const data = planData(traces, {
    ...options,
    home: state.facts.home,
    going,
    all: state.containers,
    configs: ordered.flatMap(({ config }) => config ?? []),
    whole: all,
  });
  const network = all ? planNetworkRemoval(state, project, going) : { steps: [], kept: [] };
  const records: readonly RemoveStep[] = all && traces.receipts.length > 0
    ? [removeFolder(receiptsFolder(state.facts.home, project))]
    : [];
  return {
    server: state.server,
    project,
    parts,
    rest: [...data.steps, ...network.steps, ...records],
    kept: [...data.kept, ...network.kept],
  };
}

interface PartContext {
  readonly state: ServerState;
  readonly traces: ProjectTraces;
  readonly project: string;
}

function planPart(part: RemovedPart, context: PartContext): readonly RemoveStep[] {
  return part.kind === "app" ? planApp(part, context) : planService(part, context);
}

/** New requests are turned away first, then those that are being answered are waited for. */
function planApp(
  part: RemovedPart,
  { state, traces, project }: PartContext,
): readonly RemoveStep[] {
  const found = readAppState(state, project, part.name);
  const first = found.active ?? "blue";
  const base = { phase: "cleanup", cause: CAUSE } as const;
  const retired = [first, otherColor(first)].flatMap((color) =>
    planRetire(found[color], {
      ...base,
      project,
      app: { deploy: { ...DEFAULT_DEPLOY, ...part.config?.deploy } },
      // Also when the route went in a run before: its requests may still be answered.
      routed: state.proxy.kind === "running",
    })
  ).filter(isSharedStep);
  const prefix = `${imageRepository(project, part.name)}:`;
  const tags = traces.images.filter((tag) => tag.startsWith(prefix));
  return [
    ...(found.route === undefined ? [] : [{ ...base, kind: "remove-route" } as const]),
    ...retired,
    ...(tags.length === 0 ? [] : [{ ...base, kind: "untag-images", tags } as const]),
    ...(traces.receipts.includes(part.name)
      ? [removeFolder(`${receiptsFolder(state.facts.home, project)}/${part.name}`)]
      : []),
  ];
}

function planService(part: RemovedPart, { state, project }: PartContext): readonly RemoveStep[] {
  const base = { phase: "cleanup", cause: CAUSE } as const;
  return state.containers.filter((container) => isOf(container, project, part)).flatMap((
    { name, status },
  ): readonly RemoveStep[] => [
    ...(["running", "paused", "restarting"].includes(status)
      ? [
        {
          ...base,
          kind: "stop-container",
          container: name,
          timeoutMs: part.config?.deploy?.stopTimeoutMs ?? SERVICE_STOP_MS,
          afterAliasMs: 0,
        } as const,
      ]
      : []),
    { ...base, kind: "remove-service", service: name },
  ]);
}

/** Whether a container is one of an app or a service. */
export function isOf({ labels }: Container, project: string, { kind, name }: RemovedPart): boolean {
  return labels[LABELS.project] === project && labels[LABELS[kind]] === name;
}

function removeFolder(path: string): RemoveStep {
  return { phase: "cleanup", cause: CAUSE, kind: "remove-folder", path };
}
