/**
 * Checks of what luma has on a server: ports, proxy, network, locks, leftovers, logs.
 *
 * Pure. The rule: what the next deployment makes or mends by itself is not called bad.
 *
 * @module
 */
import { PROXY_CONTAINER } from "../proxy_client/proxy_client.ts";
import { formatAgo } from "../report/format_durations.ts";
import { findPortUsers, parseListener } from "../setup/port_users.ts";
import { HOLDER_CONTAINER } from "../setup/types.ts";
import { networkName } from "../state/app_state.ts";
import { LABELS } from "../state/labels.ts";
import { isHolding } from "../state/proxy_namespace.ts";
import { VERSION } from "../version.ts";
import { isTrouble } from "./machine_checks.ts";
import { findingsOf } from "./make_finding.ts";
import type { Finding, Inside, Observation } from "./types.ts";

/** Whether visitors' requests reach the proxy. */
export function checkPorts(observation: Observation): readonly Finding[] {
  const { server, proxy, inside, reached, ports = [] } = observation;
  if (inside === undefined || isTrouble(inside) || isTrouble(reached)) return [];
  const { good, warning, bad } = findingsOf(server.name, "ports");
  const holder = inside.state.proxyContainers.find(({ name }) => name === HOLDER_CONTAINER);
  if (holder !== undefined) {
    const published = [...new Set(holder.publishedPorts.map(({ hostPort }) => hostPort))]
      .sort((a, b) => a - b);
    const list = published.join(" and ");
    if (!isHolding(holder)) {
      return [
        bad(`${list} are closed: ${HOLDER_CONTAINER} is ${holder.status}`, { fix: "luma setup" }),
      ];
    }
    const closed = ports.filter(({ port, error }) =>
      published.includes(port) && error !== undefined
    );
    return [
      good(`${list} lead to luma-proxy`),
      ...closed.map(({ port, error }) =>
        warning(`${port} cannot be reached from this machine: ${error}`, {
          fix: `let TCP port ${port} through the server's firewall, and its provider's`,
        })
      ),
    ];
  }
  const wanted = [proxy.httpPort, proxy.httpsPort];
  if (reached.listeners === undefined) return [];
  const listeners = reached.listeners.split("\n").flatMap(parseListener);
  const users = findPortUsers(wanted, { listeners, containers: [] });
  if (users.length === 0) return [good(`${wanted.join(" and ")} are free for luma-proxy`)];
  return users.map(({ port, who, stop }) =>
    bad(`${port} is used by ${who}`, {
      fix: `if it is not needed, for instance: ${stop}; or choose other ports with ` +
        "proxy.http_port and proxy.https_port in luma.yml",
    })
  );
}

/** Whether luma-proxy answers, and is of this version. */
export function checkProxy({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside)) return [];
  const { good, warning, bad } = findingsOf(server.name, "proxy");
  const { proxy } = inside.state;
  const fix = { fix: "luma setup" };
  switch (proxy.kind) {
    case "absent":
      return [warning("luma-proxy is not there yet; the first deployment brings it", fix)];
    case "down":
      return [bad(`luma-proxy does not answer: ${proxy.reason}`, fix)];
    case "running": {
      const { version, workers, warnings } = proxy.status;
      const text = `luma-proxy ${version}, ${workers.length} worker${
        workers.length === 1 ? "" : "s"
      }`;
      const notes = warnings.map((line) => warning(line));
      if (workers.length === 0) {
        return [
          bad(`${text}: nobody answers visitors`, { fix: `docker restart ${PROXY_CONTAINER}` }),
        ];
      }
      if (version === VERSION) return [good(text), ...notes];
      return [
        warning(`${text}; this luma has ${VERSION}`, {
          fix: "luma setup, which replaces it without losing a request",
        }),
        ...notes,
      ];
    }
  }
}

/** Whether the project's network is one that luma can choose addresses in. */
export function checkNetwork({ server, project, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside) || project === undefined) return [];
  const { good, bad } = findingsOf(server.name, "network");
  const name = networkName(project);
  const { network } = inside.state;
  if (network === undefined) {
    return [good(`${name} is not there yet; the first deployment makes it`)];
  }
  const { subnet, ipRange, attached } = network;
  if (subnet !== undefined && ipRange !== undefined) {
    return [good(`${name}, ${subnet}, ${attached.length} attached`)];
  }
  return [
    bad(`${name} was made by something else, without addresses that luma can choose`, {
      fix: `when nothing uses it any more: docker network rm ${name}, then luma setup`,
    }),
  ];
}

/** Whether somebody deploys, or died while they did. */
export function checkLocks({ server, project, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside)) return [];
  const { good, warning } = findingsOf(server.name, "locks");
  const { state: { facts: { nowMs } } } = inside;
  // What another project's deployments do is shown where that project is looked at.
  const leases = inside.leases.filter(({ name }) =>
    project === undefined || name === SETUP || appOf(name, project) !== undefined
  );
  if (leases.length === 0) return [good("none held")];
  return leases.map(({ name, lease }) => {
    const who = `${lease.owner} on ${lease.host} (process ${lease.pid}), ${
      formatAgo(nowMs - lease.sinceS * 1000)
    }`;
    if (lease.expiresAtS * 1000 > nowMs) return good(`${name} is held by ${who}`);
    const next = describeNextRun(name, project);
    return warning(
      `${name} was left by ${who}; the next deployment takes it over`,
      next === undefined ? {} : { fix: next },
    );
  });
}

const SETUP = "setup";

/** The app that a lock of the project is for. */
function appOf(name: string, project: string): string | undefined {
  return name.startsWith(`${project}.`) ? name.slice(project.length + 1) : undefined;
}

/** What takes a lock over. */
function describeNextRun(name: string, project: string | undefined): string | undefined {
  if (name === SETUP) return "luma setup";
  return project === undefined ? undefined : `luma deploy ${appOf(name, project)}`;
}

/** Whether an interrupted deployment left something. */
export function checkLeftovers({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside) || inside.apps.length === 0) return [];
  const { good, warning } = findingsOf(server.name, "leftovers");
  const found = inside.apps.flatMap(({ status: { app, deploying, leftovers, repairs } }) =>
    deploying !== undefined || repairs.length === 0 ? [] : [
      warning(
        leftovers.length === 0
          ? `the newest deployment of ${app} was interrupted`
          : `an interrupted deployment left ${leftovers.join(", ")}`,
        { fix: `luma deploy ${app} (it ${repairs.join(", ")})` },
      ),
    ]
  );
  return found.length === 0 ? [good("none")] : found;
}

/** Whether containers' logs end somewhere. */
export function checkLogs({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside) || inside.processes.length === 0) return [];
  const { good, warning } = findingsOf(server.name, "logs");
  const endless = inside.processes.filter(({ logDriver, logMaxSize }) =>
    logDriver === "json-file" && logMaxSize === undefined
  );
  if (endless.length === 0) return [good("rotated")];
  return [
    warning(`grow without end: ${endless.map(({ container }) => container).join(", ")}`, {
      fix: describeEndless(inside, endless.map(({ container }) => container)),
    }),
  ];
}

function describeEndless({ state }: Inside, names: readonly string[]): string {
  const own = state.containers.flatMap(({ name, labels }) => {
    const app = labels[LABELS.app];
    return app !== undefined && names.includes(name) ? [app] : [];
  });
  return own.length === 0
    ? "make them again with --log-opt max-size=10m"
    : `luma deploy --force ${[...new Set(own)].join(" ")}`;
}
