/**
 * What is known of a service, and what will be done with it, as data.
 *
 * The rule: one container of a service runs; a second one exists only while the first is replaced.
 *
 * @module
 */
import type { ServiceConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import type { Plan } from "../plan/types.ts";

/** A service with the hash of its configuration. */
export interface ResolvedService {
  readonly project: string;
  readonly config: ServiceConfig;
  readonly configHash: string;
  /** Id of the image that was built for it now; none where its image was not asked for. */
  readonly builtImageId?: string;
}

/** One service of a project as it stands on a server. */
export interface ServiceState {
  /** The container that it has. */
  readonly current?: Container;
  /** The one that was to replace it when a run was interrupted. */
  readonly next?: Container;
}

/** What is done with a service. */
export type ServiceAction = "create" | "start" | "replace" | "repair";

/** What is to be done with a service, and to which containers. */
export type ServiceDecision =
  /** `pending`: what luma.yml says otherwise, and this run was not asked to apply. */
  | { readonly action: "none"; readonly pending: readonly string[] }
  | { readonly action: "create"; readonly causes: readonly string[] }
  | {
    readonly action: "start" | "replace";
    readonly current: Container;
    readonly causes: readonly string[];
  }
  /** An interrupted replacement goes on: `next` takes the place of `current`. */
  | {
    readonly action: "repair";
    readonly by: "finish";
    readonly next: Container;
    readonly current?: Container;
    /** `next` has passed its check already. */
    readonly passed: boolean;
    readonly causes: readonly string[];
  }
  /** An interrupted replacement is undone: `current` runs again. */
  | {
    readonly action: "repair";
    readonly by: "put-back";
    readonly next: Container;
    readonly current: Container;
    readonly causes: readonly string[];
  };

/** What a run will do with one service on one server; `app` is its name. */
export interface ServicePlan extends Plan {
  readonly action: ServiceAction | "none";
  /** What luma.yml says otherwise, and this run was not asked to apply. */
  readonly pending: readonly string[];
}
