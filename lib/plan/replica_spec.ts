/**
 * Says what one replica's container is created from.
 *
 * Pure. The rule: a new replica has its own address and a temporary alias only, and is not restarted
 * by Docker, so that nothing finds it and a crash is seen, until it is in use.
 *
 * @module
 */
import type { Color } from "../../proxy/api.ts";
import type { HealthCheckConfig } from "../config/types.ts";
import type { ContainerSpec } from "../docker/types.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { networkName, temporaryAlias } from "../state/app_state.ts";
import { LABELS } from "../state/labels.ts";
import type { Candidate } from "./candidate.ts";
import { containerSpec } from "./container_spec.ts";
import type { Step } from "./types.ts";

/** What tells one replica from the others. */
export interface ReplicaIdentity {
  readonly name: string;
  readonly address: string;
  readonly color: Color;
  /** Counted from 1. */
  readonly replica: number;
  readonly deployment: string;
  /** The server's folder of luma. */
  readonly home: string;
}

/** The container of a replica. */
export function replicaSpec(app: ResolvedApp, identity: ReplicaIdentity): ContainerSpec {
  const { config, project } = app;
  const { color, deployment, home } = identity;
  return {
    name: identity.name,
    image: app.image.id,
    labels: {
      [LABELS.project]: project,
      [LABELS.app]: config.name,
      [LABELS.color]: color,
      [LABELS.replica]: String(identity.replica),
      [LABELS.deployment]: deployment,
      [LABELS.image]: app.reference,
      [LABELS.configHash]: app.configHash,
    },
    network: networkName(project),
    address: identity.address,
    aliases: [temporaryAlias(config.name, color)],
    exclusiveAddress: {
      lockFile: `${home}/locks/${project}.addresses`,
      label: `${LABELS.project}=${project}`,
    },
    restart: "no",
    environment: {
      LUMA_APP: config.name,
      LUMA_COLOR: color,
      LUMA_DEPLOYMENT: deployment,
      LUMA_REPLICA: String(identity.replica),
      ...config.environment,
    },
    ...containerSpec(config, { project, home }),
    stopTimeoutMs: config.deploy.stopTimeoutMs,
    ...containerHealth(config.healthCheck),
  };
}

/** The steps that create the replicas of a new color. @param home The server's folder of luma. */
export function planCreate(candidate: Candidate, home: string): readonly Step[] {
  const { app, replicas, cause, color, deployment } = candidate;
  return replicas.map((replica) => ({
    phase: "prepare",
    cause,
    kind: "create-replica",
    spec: replicaSpec(app, { ...replica, color, deployment, home }),
  }));
}

/** Docker goes on with the check that a deployment begins, so that `docker ps` shows it. */
function containerHealth(
  { command, ...times }: HealthCheckConfig,
): Pick<ContainerSpec, "health"> {
  if (command === undefined) return {};
  const { intervalMs, timeoutMs, retries, startPeriodMs } = times;
  return { health: { command, intervalMs, timeoutMs, retries, startPeriodMs } };
}
