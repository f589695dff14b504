/**
 * What `luma status` tells of a service on a server.
 *
 * Pure. The rule: what Docker says of its container now; what luma.yml says otherwise is a note.
 *
 * @module
 */
import { omitUndefined } from "../config/omit_undefined.ts";
import type { Container } from "../docker/types.ts";
import { describeEnd } from "../execute/collect_evidence.ts";
import type { ServiceState } from "../service/types.ts";
import { LABELS } from "../state/labels.ts";

/** A service on a server, as `--json` prints it. */
export interface ServiceStatus {
  /** What it is, among other lines of JSON. */
  readonly kind: "service status";
  /** The server's name. */
  readonly server: string;
  /** The project's name. */
  readonly project: string;
  /** The service's name. */
  readonly service: string;
  /** `degraded`: it runs, and is not healthy, or starts again and again; `unreachable`: nobody can tell. */
  readonly status: "running" | "degraded" | "stopped" | "not started" | "unreachable";
  /** The name of its container. */
  readonly container?: string;
  /** The image that runs, as luma.yml named it. */
  readonly image?: string;
  /** When it was started, in milliseconds since the epoch. */
  readonly startedAtMs?: number;
  /** What its HEALTHCHECK says; none where its image has none. */
  readonly health?: "starting" | "healthy" | "unhealthy";
  /** How often Docker started it again by itself. */
  readonly restarts: number;
  /** What a person should know. */
  readonly notes: readonly string[];
}

/** What a status is made of. */
export interface ServiceStatusInput {
  readonly server: string;
  readonly project: string;
  readonly service: string;
  readonly state: ServiceState;
  /** What luma.yml says otherwise; none where it does not have the service any more. */
  readonly pending?: readonly string[];
}

/** The status of a service. */
export function describeService(input: ServiceStatusInput): ServiceStatus {
  const { server, project, service, state } = input;
  const container = state.current ?? state.next;
  return {
    kind: "service status",
    server,
    project,
    service,
    status: describeState(container),
    restarts: container?.restarts ?? 0,
    notes: describeNotes(input, container),
    ...omitUndefined({
      container: container?.name,
      image: container?.labels[LABELS.image],
      startedAtMs: container?.status === "running" ? container.startedAtMs : undefined,
      health: container?.health,
    }),
  };
}

/** The status of a service on a server that could not be looked at. */
export function describeUnreachableService(
  { server, project, service, reasons }: Pick<ServiceStatus, "server" | "project" | "service"> & {
    /** What went wrong, and what to do. */
    readonly reasons: readonly string[];
  },
): ServiceStatus {
  return {
    kind: "service status",
    server,
    project,
    service,
    status: "unreachable",
    restarts: 0,
    notes: reasons,
  };
}

function describeState(container: Container | undefined): ServiceStatus["status"] {
  if (container === undefined) return "not started";
  if (container.status === "restarting") return "degraded";
  if (container.status !== "running") return "stopped";
  return container.health === "unhealthy" ? "degraded" : "running";
}

function describeNotes(
  { service, state, pending }: ServiceStatusInput,
  container: Container | undefined,
): readonly string[] {
  const notes = container === undefined ? [] : [...describeEnd(container)];
  if (container?.status === "restarting") {
    notes.push(`it ends again and again; see why with: luma logs ${service}`);
  }
  if (state.next !== undefined) {
    notes.push(`a replacement runs now, or was interrupted; luma deploy ${service} mends that`);
  }
  if (pending === undefined) {
    notes.push(`it is not in luma.yml any more; luma remove ${service} removes it`);
  } else if (pending.length > 0) {
    notes.push(`in luma.yml: ${pending.join(", ")}; luma deploy ${service} applies that`);
  }
  return notes;
}
