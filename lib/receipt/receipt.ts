/**
 * The receipt of a deployment: who deployed what when, how long it took, and what it cost.
 *
 * The rule: it is collected from events, and holds no secret and no decision.
 *
 * @module
 */
import type { Color, DrainingRequest, WatchFailure } from "../../proxy/api.ts";

/** How long a deployment took, in milliseconds, by what it was spent on. */
export interface Durations {
  /** Everything until the new replicas are started, without that start. */
  readonly prepare: number;
  /** Creating and starting the replicas. */
  readonly start: number;
  readonly health: number;
  /** Alias and switch. */
  readonly switch: number;
  readonly watch: number;
  readonly drain: number;
  /** Waiting for the old replicas to end after SIGTERM. */
  readonly stop: number;
  /** Confirming, and clearing away. */
  readonly cleanup: number;
  readonly total: number;
}

/** What is kept of a deployment, as JSON. */
export interface Receipt {
  readonly project: string;
  readonly app: string;
  readonly server: string;
  readonly deployment: string;
  readonly outcome: "deployed" | "failed" | "switched back" | "interrupted";
  readonly error?: string;
  /** Last words of replicas that failed, and what their health check said. */
  readonly evidence?: readonly string[];
  readonly by: string;
  readonly host: string;
  /** Milliseconds since the epoch, of the server's clock. */
  readonly atMs: number;
  readonly image: string;
  readonly imageId: string;
  readonly digest?: string;
  readonly from?: Color;
  readonly to?: Color;
  readonly replicas: number;
  readonly causes: readonly string[];
  readonly durations: Durations;
  /** Requests that the old color was answering at the switch. */
  readonly inFlightAtSwitch?: number;
  /** What the new color answered while it was watched. */
  readonly watched?: {
    readonly requests: number;
    readonly failed: number;
    readonly judged: boolean;
  };
  readonly failure?: WatchFailure;
  /** Requests that ended by themselves while the old color was drained. */
  readonly drained?: number;
  readonly closedStreams?: readonly DrainingRequest[];
  readonly cut?: readonly DrainingRequest[];
}
