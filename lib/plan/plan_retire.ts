/**
 * Plans how a color that is not in use any more goes away.
 *
 * Pure. The rule: its alias goes first, then its requests are waited for, then SIGTERM: a container
 * that ends while clients can still find it costs them requests.
 *
 * @module
 */
import type { AppConfig } from "../config/types.ts";
import { networkName } from "../state/app_state.ts";
import type { ReplicaState } from "../state/types.ts";
import type { Phase, Step } from "./types.ts";

/** How long clients inside the network may still use an address that they resolved before. */
export const ALIAS_SETTLE_MS = 2_000;

/** Whose replicas go, when and why. */
export interface RetireOptions {
  readonly project: string;
  /** How long its requests, streams and processes have. */
  readonly app: {
    readonly deploy: Pick<
      AppConfig["deploy"],
      "drainTimeoutMs" | "upgradeDrainTimeoutMs" | "stopTimeoutMs"
    >;
  };
  readonly phase: Phase;
  readonly cause: string;
  /** The proxy knows the app: it may still be answering requests of this color. */
  readonly routed: boolean;
  /** Steps that come before the drain. */
  readonly before?: readonly Step[];
  /** Steps for the time that clients have to forget the alias. */
  readonly meanwhile?: readonly Step[];
}

/** The steps that take replicas out of use, in their order. */
export function planRetire(
  replicas: readonly ReplicaState[],
  options: RetireOptions,
): readonly Step[] {
  const [first] = replicas;
  const { before = [], meanwhile = [] } = options;
  if (first === undefined) return [...before, ...meanwhile];
  const { phase, cause, app, routed } = options;
  const { drainTimeoutMs, upgradeDrainTimeoutMs, stopTimeoutMs } = app.deploy;
  const alive = replicas.filter(isAlive);
  const drain: Step = {
    phase,
    cause,
    kind: "drain",
    color: first.color,
    timeoutMs: drainTimeoutMs,
    streamTimeoutMs: upgradeDrainTimeoutMs,
  };
  return [
    ...planDropAlias(alive, options),
    ...before,
    ...(routed ? [drain] : []),
    ...meanwhile,
    ...alive.map(({ container }): Step => ({
      phase,
      cause,
      kind: "stop-container",
      container: container.name,
      timeoutMs: stopTimeoutMs,
      afterAliasMs: ALIAS_SETTLE_MS,
    })),
    ...removeAll(replicas, phase, cause),
  ];
}

/** Whether clients can still find a replica: one that is paused keeps its address and its alias. */
export function isAlive({ container: { status } }: ReplicaState): boolean {
  return status === "running" || status === "paused" || status === "restarting";
}

function planDropAlias(
  replicas: readonly ReplicaState[],
  { phase, cause, project }: RetireOptions,
): readonly Step[] {
  const containers = replicas.flatMap(({ container, address, holdsAlias }) =>
    holdsAlias && address !== undefined ? [{ name: container.name, address, aliases: [] }] : []
  );
  if (containers.length === 0) return [];
  const change = { network: networkName(project), containers };
  return [{ phase, cause, kind: "drop-alias", change }];
}

/** The steps that remove containers that no visitor's request can be in. */
export function removeAll(
  replicas: readonly ReplicaState[],
  phase: Phase,
  cause: string,
): readonly Step[] {
  return replicas.map(({ container }) => ({
    phase,
    cause,
    kind: "remove-container",
    container: container.name,
  }));
}
