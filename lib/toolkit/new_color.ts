/**
 * The new color of an app, as a script's own check sees it: healthy, and not yet in use or not yet kept.
 *
 * The rule: everything here is asked of the server at the moment of the call; nothing changes it.
 *
 * @module
 */
import type { CheckEvent, Color, Counters, Endpoint, HealthOptions } from "../../proxy/api.ts";
import type { DeployHook } from "../commands/deploy_app.ts";
import { UsageError } from "../error.ts";
import { DeploymentError } from "../execute/types.ts";
import type { Plan } from "../plan/types.ts";
import type { Output } from "../ssh/runner.ts";

/** One new replica. */
export interface NewReplica {
  /** The container's name. */
  readonly container: string;
  /** Its address in the project's network; none for an app that is not checked over HTTP. */
  readonly address?: string;
  /** The port that its requests go to. */
  readonly port?: number;
}

/** What both colors answered since the switch. */
export interface ColorCounters {
  /** What the new color answered. */
  readonly new: Counters;
  /** What the old color answered; all 0 on a first deployment. */
  readonly old: Counters;
}

/**
 * The new color of an app while it is deployed.
 *
 * @example
 * ```ts
 * import { openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * await project.deploy({
 *   apps: ["blog"],
 *   beforeSwitch: async (color) => {
 *     await color.check("/login");
 *     const { status, stderr } = await color.exec(["bin/migrate"]);
 *     if (status !== 0) throw new Error(stderr);
 *   },
 * });
 * ```
 */
export interface NewColor {
  /** The server's name. */
  readonly server: string;
  /** The app's name. */
  readonly app: string;
  /** Which color it is. */
  readonly color: Color;
  /** The new replicas; all have passed their health check, but before the switch of an app in place. */
  readonly replicas: readonly NewReplica[];
  /** The id of the deployment. */
  readonly deployment: string;
  /** Why it is deployed: `image changed`. */
  readonly causes: readonly string[];
  /** Aborted when the deployment ends for another reason: hand it to what waits. */
  readonly signal: AbortSignal;
  /**
   * Asks every new replica for `path`, from inside the project's network, as the health check does.
   *
   * @throws {DeploymentError} When one does not answer with status 200.
   */
  check(path: string): Promise<void>;
  /** Runs a command inside the first new replica. A status other than 0 is a result, not an error. */
  exec(argv: readonly string[]): Promise<Output>;
  /** What both colors answered since the switch; all 0 before it. */
  counters(): Promise<ColorCounters>;
}

const NONE: Counters = { requests: 0, failed: 0, inFlight: 0, streams: 0 };

/** Makes the {@linkcode NewColor} of a deployment that brings one into use. */
export function makeNewColor(check: Parameters<DeployHook>[0] & { readonly to: Color }): NewColor {
  const { plan, to, session, signal } = check;
  const checked = checkedReplicas(plan);
  const replicas = checked.map(({ container, endpoint }): NewReplica =>
    endpoint === undefined
      ? { container }
      : { container, address: endpoint.address, port: endpoint.port }
  );
  return {
    server: plan.server,
    app: plan.app,
    color: to,
    replicas,
    deployment: plan.deployment,
    causes: plan.causes,
    signal,
    async check(path) {
      const endpoints = checked.flatMap(({ endpoint }) => endpoint ?? []);
      await checkPath(check, endpoints, path);
    },
    async exec(argv) {
      const container = replicas[0]?.container ?? "";
      return await session.docker.exec(container, { argv, signal });
    },
    async counters() {
      const { routes } = await session.proxy.call("status", {}, { signal });
      const byColor = routes.find(({ project, app }) =>
        project === plan.project && app === plan.app
      )?.byColor;
      return {
        new: byColor?.[to] ?? NONE,
        old: plan.from === undefined ? NONE : byColor?.[plan.from] ?? NONE,
      };
    },
  };
}

function checkedReplicas(plan: Plan) {
  return plan.steps.flatMap((step) =>
    step.kind === "check-health" && step.deployment === plan.deployment ? step.replicas : []
  );
}

async function checkPath(
  { plan, session, signal }: Parameters<DeployHook>[0],
  endpoints: readonly Endpoint[],
  path: string,
): Promise<void> {
  const errors: string[] = [];
  const onLine = (event: CheckEvent) => {
    if (event.kind === "unhealthy") errors.push(`${event.name}: ${event.error}`);
  };
  const health = { ...healthOf(plan), path };
  const request = { endpoints, health, budgetMs: 0, everyMs: 250 };
  const result = await session.proxy.call("check", request, { onLine, signal });
  if (result.kind === "checked" && result.unhealthy === 0 && result.healthy === endpoints.length) {
    return;
  }
  throw new DeploymentError(`GET ${path} did not answer 200`, {
    hint: `The new version of "${plan.app}" has to answer it on every replica`,
    evidence: errors,
  });
}

function healthOf(plan: Plan): HealthOptions {
  for (const step of plan.steps) {
    if (step.kind === "check-health" && step.health.by === "proxy") return step.health.options;
  }
  throw new UsageError(
    `Cannot check "${plan.app}": it answers no HTTP`,
    "Give it `proxy` or `health_check` in luma.yml, or use exec()",
  );
}
