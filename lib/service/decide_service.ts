/**
 * Decides what is to be done with a service, from what stands on the server.
 *
 * Pure. The rule: a container that runs is left as it is, unless a replacement was asked for and
 * something changed; what an interrupted run left is put in order first.
 *
 * @module
 */
import type { Container } from "../docker/types.ts";
import { changedSections } from "../resolve/config_hash.ts";
import { LABELS } from "../state/labels.ts";
import type { ResolvedService, ServiceDecision, ServiceState } from "./types.ts";

/** What was asked for. */
export interface ServiceRequest {
  /** The service was named: what changed in luma.yml is applied. */
  readonly apply: boolean;
  /** It is replaced also where nothing changed. */
  readonly force: boolean;
}

/** What is done with `service`. */
export function decideService(
  service: ResolvedService,
  state: ServiceState,
  request: ServiceRequest,
): ServiceDecision {
  const { current, next } = state;
  if (next !== undefined) return decideInterrupted(service, next, current);
  if (current === undefined) return { action: "create", causes: ["it is not there"] };
  const causes = findServiceCauses(service, current);
  // Its first start was interrupted: nobody has used it yet.
  if (!hasPassed(current)) {
    return causes.length > 0
      ? { action: "replace", current, causes }
      : { action: "start", current, causes: ["its first start was interrupted"] };
  }
  if (request.apply && (causes.length > 0 || request.force)) {
    return { action: "replace", current, causes: causes.length > 0 ? causes : ["asked for"] };
  }
  if (isDown(current)) return { action: "start", current, causes: [`it is ${current.status}`] };
  return { action: "none", pending: causes };
}

/** How what runs differs from luma.yml. That a tag may mean another image by now is no difference. */
export function findServiceCauses(
  { config, configHash, builtImageId }: ResolvedService,
  { labels, imageId }: Container,
): readonly string[] {
  const former = labels[LABELS.image] ?? "";
  const renamed = config.image !== undefined && config.image !== former;
  const rebuilt = builtImageId !== undefined && builtImageId !== imageId;
  return [
    ...(renamed ? [`image ${former} → ${config.image}`] : rebuilt ? ["image changed"] : []),
    ...changedSections(labels[LABELS.configHash] ?? "", configHash)
      .map((section) => `${section} changed`),
  ];
}

function decideInterrupted(
  service: ResolvedService,
  next: Container,
  current: Container | undefined,
): ServiceDecision {
  const causes = ["a replacement was interrupted"];
  const passed = hasPassed(next);
  // Its predecessor is gone, so there is nothing else to run.
  if (current === undefined) return { action: "repair", by: "finish", next, passed: true, causes };
  const isWanted = findServiceCauses(service, next).length === 0;
  if (passed || (isWanted && next.status === "running" && isDown(current))) {
    return { action: "repair", by: "finish", next, current, passed, causes };
  }
  return { action: "repair", by: "put-back", next, current, causes };
}

/** Docker starts it again by itself, which is what a container gets that has passed its check. */
function hasPassed({ restartPolicy }: Container): boolean {
  return restartPolicy !== "no";
}

function isDown({ status }: Container): boolean {
  return status === "created" || status === "exited" || status === "dead";
}
