/**
 * `luma setup [server…]`: makes servers ready, from a bare one on, and brings their proxy up to date.
 *
 * The rule: it says each thing before it does it, and does nothing that is done already.
 *
 * @module
 */
import { describeInstallStep } from "../setup/install_step.ts";
import { planFirstSetup } from "../setup/plan_setup.ts";
import { describeSetupStep, type SetupStep } from "../setup/types.ts";
import { observeServer } from "../state/observe_server.ts";
import type { CommandContext, OpenContext } from "./context.ts";
import {
  bringServices,
  type DeployServicesOptions,
  hasApps,
  portsOf,
  type ReachedServer,
  requestsOn,
} from "./deploy_services.ts";
import { describeMachine, type Found, installDocker, lookAtMachine } from "./install_docker.ts";
import type { RequestedService } from "./plan_services.ts";
import { planPreparation, prepareServer } from "./prepare_server.ts";
import { selectSetupTargets, type ServerTarget } from "./server_targets.ts";
import { openSession, type Session } from "./session.ts";

/** What is set up, and how. */
export interface SetupOptions {
  /** Names of luma.yml, or addresses; none: all of the project. */
  readonly servers: readonly string[];
  /** Prints what would be done, and changes nothing. */
  readonly dryRun: boolean;
}

/** Sets servers up, one after the other. */
export async function setup(options: SetupOptions, context: OpenContext): Promise<void> {
  for (const target of selectSetupTargets(options.servers, context.config)) {
    let session: Session = openSession(target.server);
    try {
      const found = await lookAtMachine(session, { ...target, signal: context.signal });
      if (options.dryRun) {
        await printPlan(session, { target, found }, context);
        continue;
      }
      session = await installDocker(session, found, { ...target, ...context });
      const prepared = await prepare(session, target, context);
      const changed = prepared || found.steps.length > 0;
      context.report({ kind: "setup done", server: target.server.name, changed });
    } finally {
      await session.runner.close();
    }
  }
}

/** @returns Whether something was done. */
async function prepare(
  session: Session,
  { server, proxy, config }: ServerTarget,
  context: OpenContext,
): Promise<boolean> {
  const { report, signal } = context;
  const project = config?.name;
  const requests = config === undefined ? [] : requestsOn(server, ALL_SERVICES, config);
  const ports = portsOf(requests);
  const observe = () => observeServer(session, { project, mode: "write", ports, report, signal });
  const state = await observe();
  const steps = await prepareServer(session, state, {
    project,
    proxy,
    isLocal: server.kind === "local",
    upgrade: true,
    networkOnly: config !== undefined && !hasApps(server, config),
    report,
    signal,
  });
  const changed = (steps ?? []).length > 0;
  if (config === undefined) return changed;
  const now = steps === undefined ? state : await observe();
  const reached = { server, session, state: now };
  return await startServices(requests, reached, { ...context, config }) || changed;
}

/** What is missing is started, and nothing that runs is changed. */
const ALL_SERVICES: DeployServicesOptions = { named: [], others: true, force: false };

/** @returns Whether one was not there, or stood still. */
async function startServices(
  requests: readonly RequestedService[],
  reached: ReachedServer,
  context: CommandContext,
): Promise<boolean> {
  let changed = false;
  await bringServices(requests, reached, {
    ...context,
    report: (event) => {
      changed ||= event.kind === "service";
      context.report(event);
    },
  });
  return changed;
}

async function printPlan(
  session: Session,
  { target, found }: { readonly target: ServerTarget; readonly found: Found },
  context: OpenContext,
): Promise<void> {
  const { server } = target;
  const { machine, steps: install } = found;
  const steps = await planRest(session, { target, found }, context);
  if (context.json) {
    const plan = { kind: "setup plan", server: server.name, install, setup: steps ?? null };
    return context.print(JSON.stringify(plan));
  }
  const lines = [
    ...install.map(describeInstallStep),
    ...(steps?.map(describeSetupStep) ??
      ["Looking at what Docker has, and making what is missing"]),
  ];
  const text = lines.length === 0 ? [`[${server.name}] setup: nothing to do`] : [
    `[${server.name}] setup (${describeMachine(machine)})`,
    ...lines.map((line) => `    ${line}`),
  ];
  context.print(text.join("\n"));
}

/** What comes when Docker answers; none where that can only be seen then. */
async function planRest(
  session: Session,
  { target, found }: { readonly target: ServerTarget; readonly found: Found },
  { signal }: OpenContext,
): Promise<readonly SetupStep[] | undefined> {
  const { proxy, config } = target;
  const project = config?.name;
  const { docker, kernel } = found.machine;
  switch (docker.kind) {
    case "running":
      return await planPreparation(session, { project, proxy, signal });
    case "absent":
    case "unfinished":
      return planFirstSetup(kernel, { project, proxy });
    case "down":
    case "forbidden":
      return undefined;
  }
}
