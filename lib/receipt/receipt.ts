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
  /** Waiting until the new replicas were healthy. */
  readonly health: number;
  /** Alias and switch. */
  readonly switch: number;
  /** Watching what the new color answers. */
  readonly watch: number;
  /** Waiting for the requests that the old color still served. */
  readonly drain: number;
  /** Waiting for the old replicas to end after SIGTERM. */
  readonly stop: number;
  /** Confirming, and clearing away. */
  readonly cleanup: number;
  /** The whole command, with waiting for the lock. */
  readonly total: number;
}

/** What is kept of a deployment, as JSON. */
export interface Receipt {
  /** The project's name. */
  readonly project: string;
  /** The app's name. */
  readonly app: string;
  /** The server's name. */
  readonly server: string;
  /** The id of the deployment; it sorts by time. */
  readonly deployment: string;
  /** How it ended. */
  readonly outcome: "deployed" | "failed" | "switched back" | "interrupted";
  /** Why it failed. */
  readonly error?: string;
  /** Last words of replicas that failed, and what their health check said. */
  readonly evidence?: readonly string[];
  /** The user who deployed. */
  readonly by: string;
  /** The machine that it was deployed from. */
  readonly host: string;
  /** Milliseconds since the epoch, of the server's clock. */
  readonly atMs: number;
  /** The image as luma.yml names it. */
  readonly image: string;
  /** What that name meant, `sha256:…`. */
  readonly imageId: string;
  /** `name@sha256:…`; none for an image that was never in a registry. */
  readonly digest?: string;
  /** The color in use before; none on a first deployment. */
  readonly from?: Color;
  /** The new color. */
  readonly to?: Color;
  /** How many replicas it has. */
  readonly replicas: number;
  /** Why it was deployed: `image changed`. */
  readonly causes: readonly string[];
  /** How long it took. */
  readonly durations: Durations;
  /** Milliseconds for which nothing of the app served; none where it was not deployed in place. */
  readonly gapMs?: number;
  /** Requests that the old color was answering at the switch. */
  readonly inFlightAtSwitch?: number;
  /** What the new color answered while it was watched. */
  readonly watched?: {
    readonly requests: number;
    readonly failed: number;
    readonly judged: boolean;
  };
  /** What the watch saw, where it switched back. */
  readonly failure?: WatchFailure;
  /** Requests that ended by themselves while the old color was drained. */
  readonly drained?: number;
  /** WebSockets and event streams that were closed at the end of their time. */
  readonly closedStreams?: readonly DrainingRequest[];
  /** Requests that were still being answered at the end of their time. */
  readonly cut?: readonly DrainingRequest[];
}
