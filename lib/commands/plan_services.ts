/**
 * Plans one service on one server: decides, and brings the image that the decision needs.
 *
 * The rule: an image is asked for only where a container is made of it; a tag that moved is not looked
 * at, unless the service is to be replaced in any case.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { ServiceConfig } from "../config/types.ts";
import type { Container, Image } from "../docker/types.ts";
import { LumaError, UsageError } from "../error.ts";
import { makeDeploymentId } from "../plan/deployment_id.ts";
import { refuseAll } from "../plan/obstacle.ts";
import { hashServiceConfig } from "../resolve/config_hash.ts";
import { decideService, type ServiceRequest } from "../service/decide_service.ts";
import { findServiceObstacles } from "../service/find_service_obstacles.ts";
import { planNothing, planService, type PlanServiceInput } from "../service/plan_service.ts";
import { possibleNames, readServiceState } from "../service/service_state.ts";
import type { ResolvedService, ServiceDecision, ServicePlan } from "../service/types.ts";
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";
import type { BringImageInput } from "./bring_image.ts";
import type { CommandContext } from "./context.ts";

/** What a service is planned with. */
export interface PlanRequestedInput extends BringImageInput {
  readonly state: ServerState;
  /** Brings the image of the service to the server. */
  readonly bring: () => Promise<Image>;
}

/** A service, and what was asked for. */
export interface RequestedService extends ServiceRequest {
  readonly config: ServiceConfig;
  /** Build nothing: the image that was built last is meant. */
  readonly skipBuild?: boolean;
}

/** The plan for a service on the server of `input`. */
export async function planRequested(
  request: RequestedService,
  input: PlanRequestedInput,
  context: CommandContext,
): Promise<ServicePlan> {
  const { state } = input;
  const service = await resolveService(request, input, context.config.name);
  const decision = decideService(
    service,
    readServiceState(state, service.project, service.config.name),
    request,
  );
  const deployment = makeDeploymentId(state.facts.nowMs, randomBytes(2).toString("hex"));
  const plan: PlanServiceInput = { service, server: state, deployment };
  if (decision.action === "none") return planNothing(plan, decision.pending);
  requireSecrets(service.config);
  const about = { apps: [service.config.name], server: state.server };
  refuseAll(findServiceObstacles(decision, service.config, state), about);
  const image = await findImage({ request, decision }, input, context);
  if (image.architecture !== state.docker.architecture) {
    throw new LumaError(
      `Cannot start service "${service.config.name}": its image is for ${image.architecture}, ` +
        `but ${state.server} is ${state.docker.architecture}`,
      { hint: `Use an image for linux/${state.docker.architecture}` },
    );
  }
  const name = decision.action === "create" ? await chooseName(service, input, context) : "";
  return planService(decision, plan, { image, name });
}

/** A built image is asked for where the service was named: then its files are what is asked for, too. */
async function resolveService(
  { config, apply }: RequestedService,
  { state: { facts: { hashKey } }, bring }: PlanRequestedInput,
  project: string,
): Promise<ResolvedService> {
  const built = apply && config.build !== undefined ? await bring() : undefined;
  return {
    project,
    config,
    configHash: hashServiceConfig(config, hashKey),
    ...(built === undefined ? {} : { builtImageId: built.id }),
  };
}

interface Wanted {
  readonly request: RequestedService;
  readonly decision: Exclude<ServiceDecision, { readonly action: "none" }>;
}

async function findImage(
  { request: { config, force }, decision }: Wanted,
  input: PlanRequestedInput,
  context: CommandContext,
): Promise<Image> {
  const kept = decision.action === "replace" && (force || isOtherImage(config, decision.current))
    ? undefined
    : containerOf(decision);
  const { docker } = input.session;
  const image = kept && await docker.inspectImage(kept.imageId, context.signal);
  if (image !== undefined) return image;
  if (input.pull || config.image === undefined || config.build !== undefined) {
    return await input.bring();
  }
  return await docker.inspectImage(config.image, context.signal) ??
    imageToPull(config, config.image, { input, context });
}

/** Stands in a plan for an image that is not there: planning pulls nothing. */
function imageToPull(
  { name }: ServiceConfig,
  reference: string,
  { input, context }: { readonly input: PlanRequestedInput; readonly context: CommandContext },
): Image {
  const { server, docker: { architecture } } = input.state;
  const message =
    `${reference} is not on ${server} yet and would be pulled; what it has is not known`;
  context.report({ kind: "warning", server, app: name, message });
  return {
    id: reference,
    tags: [reference],
    digests: [],
    architecture,
    os: "linux",
    sizeBytes: 0,
    exposedPorts: [],
    hasHealthCheck: false,
    labels: {},
    layers: [],
  };
}

function isOtherImage({ image, build }: ServiceConfig, { labels }: Container): boolean {
  return build !== undefined || labels[LABELS.image] !== image;
}

/** The container whose image stays in use. */
function containerOf(decision: Wanted["decision"]): Container | undefined {
  if (decision.action === "create") return undefined;
  return decision.action === "repair" ? decision.next : decision.current;
}

/** The service's own name; with the project's in front where somebody else's container has that. */
async function chooseName(
  { project, config }: ResolvedService,
  { session, state }: PlanRequestedInput,
  { signal }: CommandContext,
): Promise<string> {
  const names = possibleNames(project, config.name);
  const taken = await session.docker.inspectContainers(names, signal);
  const free = names.find((name) => !taken.some((container) => container.name === name));
  if (free !== undefined) return free;
  throw new LumaError(
    `Cannot start service "${config.name}": other containers on ${state.server} are called ${
      names.join(" and ")
    }`,
    { hint: `Look at them with docker inspect ${names[1]}, or rename the service in luma.yml` },
  );
}

function requireSecrets({ name, missingSecrets = [] }: ServiceConfig): void {
  if (missingSecrets.length === 0) return;
  const names = missingSecrets.join(", ");
  throw new UsageError(
    `Cannot start service "${name}": no value for ${names}`,
    `Write ${missingSecrets[0]}=… into .luma/secrets, or set it in the environment`,
  );
}
