/**
 * Finds what would make a deployment fail, before anything is changed.
 *
 * Pure. The rule: every obstacle is told at once, each with what to do about it.
 *
 * @module
 */
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { LABELS } from "../state/labels.ts";
import type { ServerState } from "../state/types.ts";
import { findDisk, findMemory, findPorts } from "./find_shortages.ts";
import { VERSION } from "../version.ts";
import type { Obstacle } from "./obstacle.ts";
import type { Plan } from "./types.ts";

/** The version of the proxy's API that this luma speaks. */
const PROXY_API = 1;

/** What stands in the way of `plan` on a server; none where nothing does. */
export function findObstacles(
  plan: Plan,
  app: ResolvedApp,
  server: ServerState,
): readonly Obstacle[] {
  return [
    ...findArchitecture(app, server),
    ...findProxy(app, server),
    ...findHosts(app, server),
    ...findNames(plan, server),
    ...findPorts(plan, app, server),
    ...findDisk(server),
    ...findMemory(plan, app, server),
  ];
}

function findArchitecture(
  { image, reference }: ResolvedApp,
  { docker, server }: ServerState,
): readonly Obstacle[] {
  if (image.architecture === docker.architecture) return [];
  return [{
    message:
      `Image "${reference}" is for ${image.architecture}, but ${server} is ${docker.architecture}`,
    hint:
      `Build it with: docker build --platform linux/${docker.architecture} --tag ${reference} .`,
  }];
}

function findProxy(app: ResolvedApp, { proxy, server }: ServerState): readonly Obstacle[] {
  if (app.healthPort === undefined) return [];
  if (proxy.kind !== "running") {
    const why = proxy.kind === "absent" ? "it is not there" : proxy.reason;
    return [{ message: `luma-proxy does not run on ${server}: ${why}`, hint: "Run: luma setup" }];
  }
  const { api, version } = proxy.status;
  if (api === PROXY_API) return [];
  const message = `luma-proxy ${version} on ${server} speaks version ${api} of its API, and this ` +
    `luma speaks ${PROXY_API}`;
  // Another luma made the server what it is: going back would take from others what they need.
  return [{
    message,
    hint: api > PROXY_API
      ? `Use a newer luma: this one is ${VERSION}`
      : "Replace the proxy, without losing a connection: luma setup",
  }];
}

/** Hosts of an app that another one has on the server; its image need not be known for that. */
export function findHosts(
  { project: own, config }: Pick<ResolvedApp, "project" | "config">,
  { proxy, server }: ServerState,
): readonly Obstacle[] {
  if (proxy.kind !== "running" || config.proxy === undefined) return [];
  const { hosts, path } = config.proxy;
  const others = proxy.status.routes.filter((route) =>
    route.project !== own || route.app !== config.name
  );
  return others.flatMap(({ project, app: other, current: { options } }) => {
    if (options.path !== path) return [];
    const both = hosts.length === 0 && options.hosts.length === 0
      ? ["every host"]
      : hosts.filter((host) => options.hosts.includes(host));
    return both.map((host) => ({
      message: `${host} already belongs to app "${other}" of project "${project}" on ${server}`,
      hint: "Take it out of one of the two luma.yml files, and deploy that one first; " +
        "where that app is gone, make the proxy forget it: docker exec luma-proxy " +
        `luma-proxy remove --project ${project} --app ${other}`,
    }));
  });
}

/** A container of luma's own is dealt with by the plan; any other is not luma's to remove. */
function findNames(plan: Plan, server: ServerState): readonly Obstacle[] {
  const planned = plan.steps.flatMap((step) =>
    step.kind === "create-replica" ? [step.spec.name] : []
  );
  return server.containers
    .filter(({ name, labels }) =>
      planned.includes(name) &&
      (labels[LABELS.project] !== plan.project || labels[LABELS.app] !== plan.app)
    )
    .map(({ name, labels }) => ({
      message: `A container of project "${
        labels[LABELS.project]
      }" is already called ${name} on ${server.server}`,
      hint: `Rename the app "${plan.app}" in luma.yml`,
    }));
}
