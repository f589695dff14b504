/**
 * Plans what is done with one service on one server.
 *
 * Pure. The rule: at no moment do two containers of a service run, for they would write to the same
 * volumes; and the former one stays until its successor has passed its check.
 *
 * @module
 */
import type { Container, Image } from "../docker/types.ts";
import { imageHealth } from "../plan/route_options.ts";
import type { Plan, Step } from "../plan/types.ts";
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";
import { serviceSpec } from "./service_spec.ts";
import { finalName, nextName } from "./service_state.ts";
import type { ResolvedService, ServiceDecision, ServicePlan } from "./types.ts";

/** What a plan is made with. */
export interface PlanServiceInput {
  readonly service: ResolvedService;
  readonly server: Pick<ServerState, "server" | "facts">;
  /** The id of this run; it sorts by time. */
  readonly deployment: string;
}

/** A decision that something is done. */
type Change = Exclude<ServiceDecision, { readonly action: "none" }>;

/** Of a change: the image of the container that is made, or else of the one that is there. */
export interface ServiceParts {
  readonly image: Image;
  /** For the first container. */
  readonly name: string;
}

/** The plan where nothing is done. */
export function planNothing(input: PlanServiceInput, pending: readonly string[]): ServicePlan {
  return makePlan(input, { action: "none", causes: [], pending, steps: [] });
}

/** The plan of a change. */
export function planService(
  decision: Change,
  input: PlanServiceInput,
  parts: ServiceParts,
): ServicePlan {
  const { action, causes } = decision;
  switch (action) {
    case "create":
      return makePlan(input, { action, causes, ...planCreate(input, parts, causes) });
    case "start":
      return makePlan(input, { action, causes, ...planStart(decision.current, input, parts) });
    case "replace":
      return makePlan(input, {
        action,
        causes,
        ...planReplace(decision.current, input, { ...parts, causes }),
      });
    case "repair":
      return makePlan(input, {
        action,
        causes,
        ...(decision.by === "finish"
          ? planFinish(decision, input, parts)
          : planPutBack(decision, input)),
        incomplete: true,
      });
  }
}

type Steps = Pick<Plan, "steps"> & Partial<Pick<Plan, "undo" | "incomplete">>;

function makePlan(
  { service, server, deployment }: PlanServiceInput,
  plan: Steps & Pick<ServicePlan, "action" | "causes"> & { readonly pending?: readonly string[] },
): ServicePlan {
  return {
    server: server.server,
    project: service.project,
    app: service.config.name,
    deployment,
    replicas: 1,
    secrets: Object.values(service.config.secrets),
    pending: [],
    undo: { prepare: [], commit: [] },
    ...plan,
  };
}

function planCreate(
  input: PlanServiceInput,
  { image, name }: ServiceParts,
  causes: readonly string[],
): Steps {
  const cause = causes.join(", ");
  const container = { name, deployment: input.deployment };
  const remove: readonly Step[] = [
    { phase: "cleanup", cause: "it failed", kind: "remove-container", container: name },
  ];
  return {
    steps: [
      { phase: "prepare", cause, kind: "create-service", spec: specOf(input, { image, name }) },
      { phase: "commit", cause, kind: "start-service", container: name },
      checkStep(container, input, { image, cause }),
      policyStep(name, "always", cause),
    ],
    undo: { prepare: remove, commit: remove },
  };
}

function planStart(
  current: Container,
  input: PlanServiceInput,
  { image }: ServiceParts,
): Steps {
  const cause = `it is ${current.status}`;
  return {
    steps: [
      ...(current.status === "running" ? [] : [
        { phase: "commit", cause, kind: "start-service", container: current.name } as const,
      ]),
      checkStep(identify(current), input, { image, cause }),
      ...(current.restartPolicy === "no" ? [policyStep(current.name, "always", cause)] : []),
    ],
  };
}

function planReplace(
  current: Container,
  input: PlanServiceInput,
  { image, causes }: ServiceParts & { readonly causes: readonly string[] },
): Steps {
  const cause = causes.join(", ");
  const name = nextName(current.name);
  const { stopTimeoutMs } = input.service.config.deploy;
  const base = { phase: "commit", cause } as const;
  const spec = specOf(input, { image, name, former: current });
  return {
    steps: [
      { phase: "prepare", cause, kind: "create-service", spec },
      {
        ...base,
        kind: "stop-container",
        container: current.name,
        timeoutMs: stopTimeoutMs,
        afterAliasMs: 0,
      },
      // From here on only one of the two may come back when the server restarts: none, until it is known which.
      policyStep(current.name, "no", cause),
      { ...base, kind: "start-service", container: name },
      checkStep({ name, deployment: input.deployment }, input, { image, cause }),
      policyStep(name, "always", cause),
      ...takePlace(name, { former: current.name, final: current.name }, cause),
    ],
    undo: {
      prepare: [{
        phase: "cleanup",
        cause: "it failed",
        kind: "remove-container",
        container: name,
      }],
      commit: [putBack(current, name, input)],
    },
  };
}

/** The successor takes the place of a container that was stopped. */
function planFinish(
  { next, current, passed, causes }: Extract<Change, { readonly by: "finish" }>,
  input: PlanServiceInput,
  { image }: ServiceParts,
): Steps {
  const cause = causes.join(", ");
  const check: readonly Step[] = passed ? [] : [
    checkStep(identify(next), input, { image, cause }),
    policyStep(next.name, "always", cause),
  ];
  const place = { former: current?.name, final: current?.name ?? finalName(next) };
  const steps = [...check, ...takePlace(next.name, place, cause)];
  return current === undefined || passed ? { steps } : {
    steps,
    undo: { prepare: [], commit: [putBack(current, next.name, input)] },
  };
}

/**
 * The former container runs again.
 *
 * One that seems to run may be about to end: the interrupted run's SIGTERM goes on without it. So it is
 * stopped, which waits for that end.
 */
function planPutBack(
  { next, current, causes }: Extract<Change, { readonly by: "put-back" }>,
  input: PlanServiceInput,
): Steps {
  const base = { phase: "prepare", cause: causes.join(", ") } as const;
  const timeoutMs = input.service.config.deploy.stopTimeoutMs;
  const stop = { ...base, kind: "stop-container", container: current.name, timeoutMs } as const;
  return {
    steps: [
      ...(isUp(current) ? [{ ...stop, afterAliasMs: 0 }] : []),
      { ...putBack(current, next.name, input), ...base },
    ],
  };
}

/** Also one that Docker is about to start again, or that is paused. */
function isUp({ status }: Container): boolean {
  return status === "running" || status === "restarting" || status === "paused";
}

function takePlace(
  next: string,
  { former, final }: { readonly former: string | undefined; readonly final: string },
  cause: string,
): readonly Step[] {
  const base = { phase: "cleanup", cause } as const;
  return [
    ...(former === undefined
      ? []
      : [{ ...base, kind: "remove-service", service: former } as const]),
    { ...base, kind: "rename-service", service: next, to: final },
  ];
}

/** Docker's first HEALTHCHECK comes after one interval of the container that is put back. */
function putBack(
  former: Container,
  failed: string,
  { service: { config: { deploy } } }: PlanServiceInput,
): Step {
  const healthyWithinMs = deploy.healthTimeoutMs + (former.healthCheckIntervalMs ?? 0);
  return {
    phase: "cleanup",
    cause: "it failed",
    kind: "put-back",
    former: former.name,
    failed,
    ...(former.health === undefined ? {} : { healthyWithinMs }),
  };
}

function policyStep(container: string, policy: "always" | "no", cause: string): Step {
  return { phase: "commit", cause, kind: "set-restart-policy", containers: [container], policy };
}

interface Started {
  readonly name: string;
  /** Of the run that made it. */
  readonly deployment: string;
}

function identify({ name, labels }: Container): Started {
  return { name, deployment: labels[LABELS.deployment] ?? "" };
}

/** Docker's first HEALTHCHECK comes after one interval. */
function checkStep(
  { name, deployment }: Started,
  { service }: PlanServiceInput,
  { image, cause }: { readonly image: Image; readonly cause: string },
): Step {
  const { healthTimeoutMs } = service.config.deploy;
  return {
    phase: "commit",
    cause,
    kind: "check-health",
    deployment,
    replicas: [{ container: name }],
    health: imageHealth(image),
    budgetMs: healthTimeoutMs + (image.hasHealthCheck ? image.healthCheckIntervalMs ?? 0 : 0),
  };
}

function specOf(
  { service, server, deployment }: PlanServiceInput,
  made: { readonly image: Image; readonly name: string; readonly former?: Container },
): ReturnType<typeof serviceSpec> {
  return serviceSpec(service, { ...made, deployment, home: server.facts.home });
}
