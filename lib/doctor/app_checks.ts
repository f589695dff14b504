/**
 * Checks of apps: whether they answer now, end on SIGTERM, and whether their hosts lead to them.
 *
 * Pure. The rule: an app that was never deployed has nothing to be checked but its hosts.
 *
 * @module
 */
import type { ContainerProcess } from "../docker/inspect_processes.ts";
import { LABELS } from "../state/labels.ts";
import type { AppStatus } from "../status/app_status.ts";
import { isTrouble } from "./machine_checks.ts";
import { findingsOf } from "./make_finding.ts";
import type { Finding, Observation } from "./types.ts";

/** Programs that wait for a child and forward no signal to it, unless a script says so. */
const SHELLS = ["sh", "bash", "dash", "ash", "busybox", "zsh", "ksh"];

/** Names that nobody can register (RFC 2606, RFC 6762). */
const RESERVED = /(^|\.)(test|example|invalid|localhost|local|internal)$/;

/** Whether each app answers its health check at this moment. */
export function checkHealth({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside)) return [];
  const { good, warning, bad } = findingsOf(server.name, "health");
  return inside.apps.map(({ status, config }) => {
    const { app, replicas: { running, wanted }, health } = status;
    const about = { app };
    if (status.status === "not deployed") return good("not deployed yet", about);
    const path = config.healthCheck.path;
    const answers = health === undefined
      ? `${running}/${wanted} replicas run`
      : `${health.healthy}/${health.total} replicas answer GET ${path}`;
    if (status.status === "running") return good(answers, about);
    const why = [...(health?.errors ?? []), ...status.notes];
    const text = [answers, ...why].join("; ");
    const fix = `docker logs of the replica on ${server.name}, or luma deploy ${app} --force`;
    return status.status === "degraded" && running > 0 && health?.healthy !== 0
      ? warning(text, { ...about, fix })
      : bad(text, { ...about, fix });
  });
}

/** Whether each app's first process hears that it is to end. */
export function checkSigterm({ server, inside }: Observation): readonly Finding[] {
  if (inside === undefined || isTrouble(inside)) return [];
  return inside.apps.flatMap(({ config: { deploy }, status }) => {
    const process = inside.processes.find(({ container }) =>
      inside.state.containers.some(({ name, labels }) =>
        name === container && labels[LABELS.app] === status.app &&
        labels[LABELS.project] === status.project && labels[LABELS.color] === status.active
      )
    );
    return process === undefined
      ? []
      : [describeSigterm(process, { server: server.name, status, stopMs: deploy.stopTimeoutMs })];
  });
}

function describeSigterm(
  process: ContainerProcess,
  { server, status, stopMs }: {
    readonly server: string;
    readonly status: AppStatus;
    readonly stopMs: number;
  },
): Finding {
  const { good, warning, bad } = findingsOf(server, "sigterm");
  const about = { app: status.app };
  const { command, program, onSigterm, hasInit } = process;
  const isShell = SHELLS.includes(program);
  if (hasInit) return good("Docker's init forwards it to the app", about);
  switch (onSigterm) {
    case "handled":
      return good(
        isShell ? `a script handles it (${command})` : `handled by PID 1 (${command})`,
        about,
      );
    case "unknown":
      return warning(`cannot be told: ${process.container} could not be looked into`, about);
    case "ignored":
      break;
  }
  const cost = `each deployment waits ${stopMs / 1000} s and then kills it`;
  return isShell
    ? bad(`PID 1 is a shell that keeps it from the app (${command}): ${cost}`, {
      ...about,
      fix: 'write CMD as a list in the Dockerfile, CMD ["node", "server.js"]; ' +
        "in a script, start the app with exec",
    })
    : bad(`PID 1 does not handle it (${command}): ${cost}`, {
      ...about,
      fix: "let the app end on SIGTERM, when it has answered what it has begun; " +
        "docs/ZERO_DOWNTIME_DEPLOYMENTS.md has examples",
    });
}

/** Whether each host name leads to the app's server. */
export function checkDns(observation: Observation): readonly Finding[] {
  const { server, reached, hosts } = observation;
  const { good, warning, bad } = findingsOf(server.name, "dns");
  const own = isTrouble(reached) ? [] : reached.addresses;
  const target = own[0] ?? "the server's address";
  return hosts.map(({ app, host, addresses }) => {
    const about = { app, host };
    if (addresses.length === 0) {
      const text = `${host} has no address`;
      if (RESERVED.test(host)) {
        return warning(`${text}: a name for tests, which visitors cannot have`, {
          ...about,
          fix: `curl -H 'Host: ${host.replace(/^\*/, "any")}' http://${target}/`,
        });
      }
      const type = target.includes(":") ? "AAAA" : "A";
      return bad(text, { ...about, fix: `make a DNS record: ${host} ${type} ${target}` });
    }
    const list = addresses.join(", ");
    if (addresses.every((address) => own.includes(address))) {
      return good(`${host} is ${list}`, about);
    }
    if (own.length === 0) return good(`${host} is ${list}`, about);
    return warning(
      `${host} is ${list}, which is not an address of ${server.name} (${own.join(", ")})`,
      {
        ...about,
        fix: `right behind a CDN, a load balancer or NAT; else change its DNS record to ${target}`,
      },
    );
  });
}
