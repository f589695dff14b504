/**
 * Shows what a deployment would do with services. It changes nothing.
 *
 * The rule: the plan is the one that a deployment at this moment would carry out.
 *
 * @module
 */
import { withoutValues } from "../plan/without_values.ts";
import { formatServicePlan } from "../service/format_service_plan.ts";
import { releasePorts } from "../service/release_ports.ts";
import { observeServer } from "../state/observe_server.ts";
import { bringContainerImage } from "./bring_image.ts";
import type { CommandContext } from "./context.ts";
import { type DeployServicesOptions, portsOf, requestsOn } from "./deploy_services.ts";
import { planRequested } from "./plan_services.ts";
import { openSession } from "./session.ts";

/** Prints the plans of services, server after server. */
export async function showServicePlans(
  options: DeployServicesOptions,
  context: CommandContext,
): Promise<void> {
  const { config, print, json, signal } = context;
  for (const server of config.servers) {
    const requests = requestsOn(server, options, config);
    if (requests.length === 0) continue;
    const session = openSession(server);
    try {
      const state = await observeServer(session, {
        project: config.name,
        mode: "read",
        ports: portsOf(requests),
        signal,
      });
      for (const [index, request] of requests.entries()) {
        const free = releasePorts(state, requests.slice(0, index), config.name);
        const input = { session, state: free, pull: false };
        const bring = () => bringContainerImage(request.config, input, context);
        const plan = await planRequested(request, { ...input, bring }, context);
        print(
          json
            ? JSON.stringify({ kind: "service plan", ...withoutValues(plan) })
            : formatServicePlan(plan),
        );
      }
    } finally {
      await session.runner.close();
    }
  }
}
