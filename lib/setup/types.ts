/**
 * What setting a server up will do, as data.
 *
 * The rule: each step is one effect, and does no harm where it was done before.
 *
 * @module
 */

/** The first network of the proxy. Its name sorts before every project's: see docs/decisions. */
export const INGRESS_NETWORK = "0-luma-ingress";

/** The container that owns the proxy's network namespace and its published ports. */
export const HOLDER_CONTAINER = "luma-proxy-net";

/** The program that is being replaced; it drains, and ends by itself. */
export const FORMER_CONTAINER = "luma-proxy-former";

/** The volume with the proxy's state. */
export const STATE_VOLUME = "luma-proxy-state";

/** One effect of a setup. */
export type SetupStep =
  | { readonly kind: "create-network"; readonly network: string; readonly project: string }
  | { readonly kind: "create-ingress" }
  /** Brings the image of luma-proxy; the steps after it use it. */
  | { readonly kind: "bring-image" }
  | {
    readonly kind: "create-holder";
    readonly httpPort: number;
    readonly httpsPort: number;
    /** Connections that wait in the queue of a listener that closes move to another one. */
    readonly migratesConnections: boolean;
  }
  | { readonly kind: "start-container"; readonly container: string }
  | { readonly kind: "remove-container"; readonly container: string }
  /** `settings`: flags for the program, between spaces. */
  | { readonly kind: "create-program"; readonly settings: string }
  /** Ends the program, which lost its holder's namespace or is paused, and starts it again. */
  | { readonly kind: "restart-program" }
  /** Gives the program back its name, where replacing it was interrupted before the next one was made. */
  | { readonly kind: "restore-program" }
  /** Starts the next program beside the one that runs, which hands over, drains and ends. */
  | { readonly kind: "replace-program"; readonly settings: string }
  | { readonly kind: "wait-for-proxy" }
  | { readonly kind: "connect-holder"; readonly network: string };

/** Says what a step does, for people. */
export function describeSetupStep(step: SetupStep): string {
  switch (step.kind) {
    case "create-network":
      return `Creating network ${step.network}`;
    case "create-ingress":
      return `Creating network ${INGRESS_NETWORK}`;
    case "bring-image":
      return "Bringing the image of luma-proxy";
    case "create-holder":
      return `Creating ${HOLDER_CONTAINER}, which publishes ports ${step.httpPort} and ${step.httpsPort}`;
    case "start-container":
      return `Starting ${step.container}`;
    case "remove-container":
      return `Removing ${step.container}`;
    case "create-program":
      return "Starting luma-proxy";
    case "restart-program":
      return "Starting luma-proxy again";
    case "restore-program":
      return `Renaming ${FORMER_CONTAINER} to luma-proxy: replacing it was interrupted`;
    case "replace-program":
      return "Replacing luma-proxy: the new one takes over, the old one answers what it has begun";
    case "wait-for-proxy":
      return "Waiting for luma-proxy to answer";
    case "connect-holder":
      return `Connecting luma-proxy to ${step.network}`;
  }
}
