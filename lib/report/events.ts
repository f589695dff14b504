/**
 * What is reported while a command runs.
 *
 * The rule: events are facts, without words for people; reporters make lines of them, and `--json`
 * prints them as they are, one a line.
 *
 * @module
 */
import type { Color, DrainingRequest, WatchFailure } from "../../proxy/api.ts";
import type { Problem } from "../config/types.ts";
import type { ExitCode } from "../error.ts";
import type { Phase, StepKind } from "../plan/types.ts";
import type { ServiceAction } from "../service/types.ts";
import type { Receipt } from "../receipt/receipt.ts";

/** Where an event belongs. */
export interface EventBase {
  /** The server's name. */
  readonly server: string;
  /** The app's name. */
  readonly app: string;
}

/** Where an event of a service belongs. */
export interface ServiceBase {
  /** The server's name. */
  readonly server: string;
  /** The service's name. */
  readonly service: string;
}

/** One fact of a running command. */
export type Event =
  | EventBase & { readonly kind: "deploying"; readonly replicas: number }
  /** What runs is what luma.yml says. */
  | EventBase & { readonly kind: "unchanged" }
  | EventBase & {
    readonly kind: "colors";
    readonly from?: Color;
    readonly to: Color;
    readonly replicas: number;
    readonly causes: readonly string[];
  }
  /** What runs is the right version, but something about it is mended. */
  | EventBase & { readonly kind: "repairing"; readonly causes: readonly string[] }
  | EventBase & {
    readonly kind: "step";
    readonly step: StepKind;
    readonly phase: Phase;
    readonly cause: string;
  }
  | EventBase & {
    readonly kind: "step done";
    readonly step: StepKind;
    readonly phase: Phase;
    readonly tookMs: number;
  }
  | EventBase & { readonly kind: "pulling"; readonly image: string; readonly line: string }
  /** A build on this machine begins, or its builder prints `line`. */
  | EventBase & { readonly kind: "building"; readonly line?: string }
  | EventBase & {
    readonly kind: "built";
    readonly image: string;
    readonly imageId: string;
    readonly tookMs: number;
  }
  /** An image on its way to the server; bytes before compression. */
  | EventBase & {
    readonly kind: "sending";
    readonly image: string;
    readonly sentBytes: number;
    readonly totalBytes: number;
  }
  | EventBase & {
    readonly kind: "sent";
    readonly image: string;
    readonly sentBytes: number;
    /** What went over the wire, compressed. */
    readonly wireBytes: number;
    /** What the image would have been with the layers that the server had. */
    readonly wholeBytes: number;
  }
  /** These replicas were started, and are asked for their health from now on. */
  | EventBase & {
    readonly kind: "checking";
    readonly containers: readonly string[];
    /** Milliseconds that they have, from now on. */
    readonly budgetMs: number;
  }
  /** Why a replica is not healthy yet; told again when the reason changes. */
  | EventBase & {
    readonly kind: "replica waiting";
    readonly container: string;
    readonly reason: string;
  }
  | EventBase & {
    readonly kind: "replica healthy";
    readonly container: string;
    readonly afterMs: number;
    readonly healthy: number;
    readonly total: number;
  }
  | EventBase & { readonly kind: "healthy"; readonly healthy: number; readonly total: number }
  | EventBase & { readonly kind: "switching"; readonly to: Color }
  | EventBase & {
    readonly kind: "switched";
    readonly to: Color;
    readonly generation: number;
    readonly inFlight: number;
    readonly workers: number;
  }
  | EventBase & {
    readonly kind: "watching";
    readonly leftMs: number;
    readonly requests: number;
    readonly failed: number;
  }
  | EventBase & {
    readonly kind: "watched";
    readonly requests: number;
    readonly failed: number;
    readonly judged: boolean;
  }
  | EventBase & {
    readonly kind: "switched back";
    readonly reason: string;
    readonly failure?: WatchFailure;
  }
  | EventBase & {
    readonly kind: "draining";
    readonly inFlight: number;
    readonly streams: number;
    readonly leftMs: number;
    readonly oldest: readonly DrainingRequest[];
  }
  | EventBase & {
    readonly kind: "drained";
    readonly completed: number;
    readonly closed: readonly DrainingRequest[];
    readonly cut: readonly DrainingRequest[];
    readonly tookMs: number;
  }
  /** The old version of an app that is deployed in place was started again, and is healthy. */
  | EventBase & { readonly kind: "serves again" }
  /** For how long nothing of an app served that is deployed in place. */
  | EventBase & { readonly kind: "gap"; readonly tookMs: number }
  /** A container got SIGTERM. */
  | EventBase & {
    readonly kind: "stopping";
    readonly container: string;
    /** Milliseconds until it is killed. */
    readonly timeoutMs: number;
  }
  | EventBase & {
    readonly kind: "stopped";
    readonly container: string;
    readonly killed: boolean;
    readonly tookMs: number;
  }
  | EventBase & { readonly kind: "undoing"; readonly phase: Phase; readonly reason: string }
  /** Everything is as it was before the deployment; `from`: the color in use. */
  | EventBase & { readonly kind: "undone"; readonly from?: Color }
  | EventBase & {
    readonly kind: "waiting for lock";
    readonly owner: string;
    readonly host: string;
    readonly sinceMs: number;
  }
  /** What is done with a service, said before it is done. */
  | ServiceBase & {
    readonly kind: "service";
    readonly action: ServiceAction;
    readonly image: string;
    readonly causes: readonly string[];
  }
  | ServiceBase & {
    readonly kind: "service done";
    readonly action: ServiceAction;
    readonly tookMs: number;
    /** How long it was away; none where it was not. */
    readonly gapMs?: number;
  }
  | ServiceBase & { readonly kind: "service unchanged" }
  /** A replacement failed, and its former container runs again. */
  | ServiceBase & { readonly kind: "service put back"; readonly gapMs: number }
  /** A service is away from now on, until it was restarted. */
  | EventBase & { readonly kind: "restarting" }
  | EventBase & { readonly kind: "restarted"; readonly awayMs: number }
  /** An app or a service is being taken away; then it is gone. */
  | EventBase & { readonly kind: "removing" }
  | EventBase & { readonly kind: "removed" }
  /** Something that a person should know, though the command goes on. */
  | {
    readonly kind: "warning";
    readonly server?: string;
    readonly app?: string;
    readonly message: string;
    readonly hint?: string;
  }
  /** One thing that setup does, said before it is done. */
  | { readonly kind: "setup"; readonly server: string; readonly message: string }
  | { readonly kind: "setup done"; readonly server: string; readonly changed: boolean }
  | EventBase & { readonly kind: "deployed"; readonly receipt: Receipt }
  /** A redeployment that a changed image was the cause of. */
  | EventBase & {
    readonly kind: "redeployed";
    readonly causes: readonly string[];
    /** Ids of the images. */
    readonly fromImage: string;
    readonly toImage: string;
  }
  /** An app that a redeployment does not touch. */
  | EventBase & {
    readonly kind: "left alone";
    readonly reason: "never deployed" | "not running" | "deployment under way";
  }
  | {
    readonly kind: "error";
    readonly server?: string;
    readonly app?: string;
    readonly message: string;
    readonly hint?: string;
    readonly details: readonly string[];
    readonly exitCode: ExitCode;
    /** Those of luma.yml, each with its place; the message has them too. */
    readonly problems?: readonly Problem[];
  };

/** Takes events, in their order. */
export type Report = (event: Event) => void;
