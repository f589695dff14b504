/**
 * `luma plan [app…]` and `luma deploy --dry-run`: what a deployment would do. It changes nothing.
 *
 * The rule: the plan is the one that a deployment at this moment would carry out.
 *
 * @module
 */
import { formatPlan } from "../plan/format_plan.ts";
import { makeDeploymentId } from "../plan/deployment_id.ts";
import { planDeploy } from "../plan/plan_deploy.ts";
import { requireAddressPlan } from "../plan/require_address_plan.ts";
import { withoutValues } from "../plan/without_values.ts";
import { planSetup } from "../setup/plan_setup.ts";
import { describeSetupStep } from "../setup/types.ts";
import { networkName } from "../state/app_state.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import { bringImage } from "./bring_image.ts";
import type { CommandContext } from "./context.ts";
import { type DeployOptions, refuseUnsupported, selectDeployed } from "./deploy.ts";
import { refuseObstacles } from "./deploy_app.ts";
import { openSession, serverOf } from "./session.ts";
import { showServicePlans } from "./show_service_plans.ts";

/** Prints the plan of each service, and of each app. */
export async function plan(options: DeployOptions, context: CommandContext): Promise<void> {
  const { config, signal, print, json } = context;
  const { apps, services } = selectDeployed(options, config);
  refuseUnsupported(apps, context);
  await showServicePlans(services, context);
  for (const app of apps) {
    const server = serverOf(config, app);
    const session = openSession(server);
    try {
      const state = await observeServer(session, {
        project: config.name,
        mode: "read",
        ports: app.ports,
        signal,
      });
      requireAddressPlan(state, config.name);
      const setup = planSetup(state, { project: config.name, proxy: config.proxy });
      const resolved = await bringImage(app, { session, state, pull: false }, context);
      const planned = planDeploy(
        resolved,
        state.network === undefined ? withNetwork(state, config.name) : state,
        {
          deployment: makeDeploymentId(state.facts.nowMs, "plan"),
          force: options.force,
          addressSeed: `${config.name}/${app.name}`,
        },
      );
      if (setup.length === 0) refuseObstacles(planned, resolved, state);
      const text = json ? JSON.stringify({ kind: "plan", setup, ...withoutValues(planned) }) : [
        ...(setup.length === 0 ? [] : [`[${state.server}] setup`]),
        ...setup.map((step) => `    ${describeSetupStep(step)}`),
        formatPlan(planned),
      ].join("\n");
      print(text);
    } finally {
      await session.runner.close();
    }
  }
}

/** The server with the network that setup would make; Docker may choose another subnet. */
function withNetwork(state: ServerState, project: string): ServerState {
  return {
    ...state,
    network: {
      id: "",
      name: networkName(project),
      driver: "bridge",
      labels: {},
      subnet: "172.18.0.0/16",
      ipRange: "172.18.128.0/17",
      gateway: "172.18.0.1",
      attached: [],
    },
  };
}
