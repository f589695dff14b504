/**
 * What a deployment will do, as data.
 *
 * The rule: a step is one effect with its arguments, a phase and a cause. Steps of one kind that
 * follow each other are carried out at the same time; all others in their order.
 *
 * @module
 */
import type {
  Color,
  Endpoint,
  HealthOptions,
  RouteOptions,
  WatchOptions,
} from "../../proxy/api.ts";
import type { Secret } from "../config/secret.ts";
import type { AliasChange, ContainerSpec } from "../docker/types.ts";
import type { ServiceStep, ServiceStepKind } from "./service_step.ts";
import type { StepBase } from "./step_base.ts";

export type { Phase, StepBase } from "./step_base.ts";

/** A generation that is known when planning, or the one that this plan's switch makes. */
export type PlannedGeneration = number | "new";

/** One replica to wait for. */
export interface CheckedReplica {
  readonly container: string;
  readonly endpoint?: Endpoint;
}

/** How the replicas of a color show that they are healthy. */
export type PlannedHealth =
  | { readonly by: "proxy"; readonly options: HealthOptions }
  /** The state of the image's HEALTHCHECK. */
  | { readonly by: "docker" }
  /** A command that has to end with status 0 inside the container; and the proxy has to reach it. */
  | {
    readonly by: "command";
    readonly command: readonly string[];
    /** Milliseconds that one attempt may take. */
    readonly timeoutMs: number;
    /** How the proxy connects to it; none: the proxy does not serve it. */
    readonly connect?: HealthOptions;
  }
  /** It runs for so long without an exit. */
  | { readonly by: "running"; readonly forMs: number };

/** When a new color that nothing can go back from by itself counts as failed. */
export interface WatchLimits {
  /** Failed requests that it takes at least. */
  readonly minFailures: number;
  /** Share of failed requests, 0 to 1, that it takes at least; and twice the old color's. */
  readonly minShare: number;
  /** The old color's share, before it was stopped. */
  readonly oldShare: number;
}

/** One effect of the deployment of an app. */
export type AppStep =
  | StepBase & { readonly kind: "create-replica"; readonly spec: ContainerSpec }
  | StepBase & { readonly kind: "start-replica"; readonly container: string }
  | StepBase & {
    readonly kind: "check-health";
    /** The deployment that made the replicas: their exits are told by it, and no others. */
    readonly deployment: string;
    readonly replicas: readonly CheckedReplica[];
    readonly health: PlannedHealth;
    /** Milliseconds since the start of the replicas. */
    readonly budgetMs: number;
    /** They were in use before and are started again: that they are sick is told, and they are used. */
    readonly again?: true;
  }
  | StepBase & {
    readonly kind: "set-restart-policy";
    readonly containers: readonly string[];
    readonly policy: "always" | "no";
  }
  | StepBase & { readonly kind: "add-alias"; readonly change: AliasChange }
  | StepBase & { readonly kind: "drop-alias"; readonly change: AliasChange }
  /** The proxy answers every new request itself, with 503, so that all colors can be drained. */
  | StepBase & {
    readonly kind: "hold";
    /** The color that the route belongs to meanwhile: never the one that is drained. */
    readonly color: Color;
    readonly deployment: string;
    readonly options: RouteOptions;
    readonly expectedGeneration: PlannedGeneration;
    /** None: it is confirmed at once. */
    readonly watch?: WatchOptions;
  }
  | StepBase & {
    readonly kind: "switch";
    readonly to: Color;
    readonly deployment: string;
    readonly endpoints: readonly Endpoint[];
    readonly options: RouteOptions;
    readonly expectedGeneration: PlannedGeneration;
    readonly watch?: WatchOptions;
  }
  | StepBase & {
    readonly kind: "watch";
    /** The deployment that made the replicas. */
    readonly deployment: string;
    /** None: an app that the proxy does not serve; only exits are watched. */
    readonly generation?: PlannedGeneration;
    readonly containers: readonly string[];
    readonly durationMs: number;
    /** None: the proxy judges, and goes back by itself. */
    readonly limits?: WatchLimits;
  }
  | StepBase & { readonly kind: "confirm"; readonly generation: PlannedGeneration }
  | StepBase & { readonly kind: "switch-back"; readonly generation: PlannedGeneration }
  | StepBase & {
    readonly kind: "drain";
    readonly color: Color;
    readonly timeoutMs: number;
    readonly streamTimeoutMs: number;
  }
  | StepBase & {
    readonly kind: "stop-container";
    readonly container: string;
    readonly timeoutMs: number;
    /** Milliseconds that must have passed since its alias went, for clients that had just resolved it. */
    readonly afterAliasMs: number;
  }
  /** Starts containers that were in use before. */
  | StepBase & { readonly kind: "start-again"; readonly containers: readonly string[] }
  | StepBase & { readonly kind: "remove-container"; readonly container: string }
  | StepBase & { readonly kind: "remove-route" }
  | StepBase & { readonly kind: "tag-image"; readonly image: string; readonly tag: string }
  | StepBase & { readonly kind: "prune"; readonly keep: number };

/** One effect of a plan. */
export type Step = AppStep | ServiceStep;

/** The name of a kind of step. */
export type StepKind =
  | "create-replica"
  | "start-replica"
  | "check-health"
  | "set-restart-policy"
  | "add-alias"
  | "drop-alias"
  | "hold"
  | "switch"
  | "watch"
  | "confirm"
  | "switch-back"
  | "drain"
  | "stop-container"
  | "start-again"
  | "remove-container"
  | "remove-route"
  | "tag-image"
  | "prune"
  | ServiceStepKind;

/** When nothing of an app serves, because it is deployed in place. */
export interface Gap {
  /** The first step of this kind begins it. */
  readonly from: StepKind;
  /** The first step of one of these kinds ends it. */
  readonly until: readonly StepKind[];
}

/** What one deployment of one app will do on one server. */
export interface Plan {
  readonly server: string;
  readonly project: string;
  readonly app: string;
  /** The id of this deployment; it sorts by time. */
  readonly deployment: string;
  /** The color in use before. */
  readonly from?: Color;
  /** The color in use after; none where nothing is deployed. */
  readonly to?: Color;
  readonly replicas: number;
  /** Why something is deployed: `image changed`. Empty: what runs is what luma.yml says. */
  readonly causes: readonly string[];
  readonly steps: readonly Step[];
  /** What must not be in the log lines of containers that this plan did not make. */
  readonly secrets?: readonly Secret[];
  /** None: the app serves all the time. */
  readonly gap?: Gap;
  /** What comes after these steps depends on them, and is planned anew then. */
  readonly incomplete?: boolean;
  /** What puts everything back when a step of that phase fails; each does no harm when repeated. */
  readonly undo: { readonly prepare: readonly Step[]; readonly commit: readonly Step[] };
}
