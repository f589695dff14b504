/**
 * The operations that change something: switch, deploy, confirm, switch-back, remove.
 *
 * The rule: once begun, they end, whether or not somebody still waits for the answer.
 *
 * @module
 */
import type {
  ConfirmResult,
  DeployRequest,
  Endpoint,
  GenerationRequest,
  HealthOptions,
  Operations,
  RouteKey,
  RouteOptions,
  SwitchBackRequest,
  SwitchedBack,
  SwitchRequest,
  SwitchResult,
} from "../api.ts";
import type { Changed, Control } from "./control.ts";
import { parseTarget } from "./parse_request.ts";
import { findRoute, routeName, type StoredRoute } from "./proxy_state.ts";
import { shareOf, sumReports } from "./report_ledger.ts";
import type { ResolveTarget } from "./resolve_target.ts";
import { confirmGeneration, removeRoute, switchBack } from "./seal_generation.ts";
import { deployRoute, type Switched, switchRoute } from "./switch_route.ts";

/** How a route that was made by hand is checked, where nothing else was said. */
const HEALTH_BY_HAND: HealthOptions = {
  path: "/up",
  intervalMs: 30_000,
  timeoutMs: 5_000,
  retries: 3,
};

/** Makes the request's endpoints the route's next generation. */
export async function switchOperation(
  control: Control,
  request: SwitchRequest,
): Promise<SwitchResult> {
  const changed = await control.change(async (state) => {
    const generation = findRoute(state, request)?.current.generation;
    if (generation !== undefined) await control.pool.report();
    const { project, app } = request;
    const oldShare = generation === undefined
      ? 0
      : shareOf(sumReports(control.pool.ledger, { project, app, generation }).recent);
    return switchRoute(state, request, { nowMs: control.now(), oldShare });
  });
  return tellSwitch(control, request, changed);
}

/** Makes or changes a route by hand; an alias is resolved unless a deployment has switched the route. */
export async function deployOperation(
  control: Control,
  request: DeployRequest,
  resolve: ResolveTarget,
): Promise<SwitchResult> {
  const { project, app, hosts, targets } = request;
  const byAlias = targets.some((target) => !parseTarget(target, "targets").isAddress);
  const keepsEndpoints = (route: StoredRoute | undefined) => route?.switched === true && byAlias;
  // Before the change begins: a slow resolver must not hold up a switch.
  const resolved = keepsEndpoints(findRoute(control.state, request))
    ? undefined
    : await resolveAll(request, resolve);
  const changed = await control.change(async (state) => {
    const route = findRoute(state, request);
    const endpoints = route !== undefined && keepsEndpoints(route)
      ? route.current.endpoints
      : resolved ?? await resolveAll(request, resolve);
    const { healthPath } = request;
    const known = route?.current.options;
    const health: HealthOptions = {
      ...(known?.health ?? HEALTH_BY_HAND),
      ...(healthPath !== undefined && { path: healthPath }),
    };
    const options: RouteOptions = { path: "/", forwardHeaders: false, ...known, hosts, health };
    return deployRoute(state, { project, app, targets, endpoints, options }, control.now());
  });
  return tellSwitch(control, request, changed);
}

/** Seals a generation. */
export async function confirmOperation(
  control: Control,
  request: GenerationRequest,
): Promise<ConfirmResult> {
  const { result } = await control.change((state) => confirmGeneration(state, request));
  control.log(`${routeName(request)}: generation ${request.generation} ${result.kind}`);
  return result;
}

/** Leaves an unconfirmed generation. */
export async function switchBackOperation(
  control: Control,
  request: SwitchBackRequest,
): Promise<SwitchedBack> {
  const { result } = await control.change((state) =>
    switchBack(state, { ...request, nowMs: control.now() })
  );
  control.log(
    `${routeName(request)}: generation ${request.generation} was left (${result.reason}); ` +
      (result.generation === 0 ? "the route is gone" : `generation ${result.generation} serves`),
  );
  return result;
}

/** Removes a route. */
export async function removeOperation(
  control: Control,
  request: RouteKey,
): Promise<Operations["remove"]["line"]> {
  const { result } = await control.change((state) => removeRoute(state, request));
  if (result.found) control.log(`${routeName(request)}: removed`);
  return result;
}

function tellSwitch(
  control: Control,
  key: RouteKey,
  changed: Changed<Switched>,
): SwitchResult {
  const { result: { generation, former }, applied } = changed;
  const name = routeName(key);
  const before = control.lastSwitch.get(name);
  if (applied.length === 0 && before?.generation === generation) return before;
  const answer: SwitchResult = {
    kind: "switched",
    generation,
    // A repetition after a restart of the proxy: every worker started on it.
    workers: applied.length > 0
      ? applied.map(({ pid, atMs }) => ({ pid, atMs }))
      : control.pool.appliedBy,
    inFlight: applied.flatMap((one) => one.inFlight)
      .filter((one) => routeName(one) === name && one.generation === former)
      .reduce((sum, one) => sum + one.inFlight, 0),
  };
  control.lastSwitch.set(name, answer);
  const { current } = findRoute(control.state, key) ?? {};
  control.log(
    `${name}: generation ${generation} serves, ${current?.color}: ` +
      `${current?.endpoints.map((endpoint) => endpoint.name).join(", ") || "no endpoint, 503"}`,
  );
  return answer;
}

async function resolveAll(
  request: DeployRequest,
  resolve: ResolveTarget,
): Promise<readonly Endpoint[]> {
  const found = await Promise.all(
    request.targets.map((target, index) =>
      resolve(parseTarget(target, `targets[${index}]`), request.project)
    ),
  );
  return found.flat();
}
