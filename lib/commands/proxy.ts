/**
 * `luma proxy status|logs [server…]`: the proxy of a server, as it is now. It changes nothing.
 *
 * The rule: where the proxy's own container does not run, the one that stands in for it is asked.
 *
 * @module
 */
import { omitUndefined } from "../config/omit_undefined.ts";
import type { Config, ServerConfig } from "../config/types.ts";
import { suggestName } from "../config/suggest.ts";
import { LumaError, messageOf, UsageError } from "../error.ts";
import type { LogSink } from "../logs/log_printer.ts";
import { createProxyClient, PROXY_CONTAINER, ProxyError } from "../proxy_client/proxy_client.ts";
import { HOLDER_CONTAINER } from "../setup/types.ts";
import { LABELS } from "../state/labels.ts";
import { isDetached, isHolding } from "../state/proxy_namespace.ts";
import { observeServerFacts } from "../state/server_facts.ts";
import { formatProxyReport, type ProxyReport } from "../status/proxy_status.ts";
import type { CommandContext } from "./context.ts";
import { openSession, type Session } from "./session.ts";
import { showLogs, type ShowOptions } from "./show_logs.ts";

/** Prints the status of the proxies of the named servers; of all where no name is given. */
export async function proxyStatus(
  names: readonly string[],
  context: CommandContext,
): Promise<void> {
  const { config, print, json, signal } = context;
  for (const server of selectServers(config, names)) {
    const session = openSession(server);
    try {
      const [report, facts] = await Promise.all([
        observeProxy(session, signal),
        observeServerFacts(session.runner, { mode: "read", signal }),
      ]);
      print(json ? JSON.stringify(report) : formatProxyReport(report, facts.nowMs));
    } finally {
      await session.runner.close();
    }
  }
}

/** Shows the logs of the proxies of the named servers. */
export async function proxyLogs(
  options: ShowOptions & { readonly servers: readonly string[] },
  context: CommandContext,
  sink: LogSink,
): Promise<void> {
  const servers = selectServers(context.config, options.servers);
  await showLogs(
    {
      servers,
      find: async ({ docker, runner }, _server, signal) => {
        const [containers, { nowMs }] = await Promise.all([
          docker.findContainersByLabel([LABELS.role], signal),
          observeServerFacts(runner, { mode: "read", signal }),
        ]);
        return { containers, nowMs };
      },
      label: LABELS.role,
      isWanted: () => true,
      onNothing: () => {
        const where = servers.map(({ name }) => name).join(", ");
        throw new LumaError(`Cannot read the log of luma-proxy: it is not on ${where}`, {
          hint: "luma setup brings it there",
        });
      },
    },
    { options, sink },
    context,
  );
}

function selectServers(config: Config, names: readonly string[]): readonly ServerConfig[] {
  const known = config.servers.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const closest = suggestName(unknown, known);
    throw new UsageError(
      `Unknown server "${unknown}" in ${config.file}`,
      closest === undefined ? `Its servers are: ${known.join(", ")}` : `Did you mean "${closest}"?`,
    );
  }
  return config.servers.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function observeProxy(session: Session, signal: AbortSignal): Promise<ProxyReport> {
  const { docker } = session;
  const containers = await docker.findContainersByLabel([LABELS.role], signal);
  const program = containers.find(({ name }) => name === PROXY_CONTAINER);
  const holder = containers.find(({ name }) => name === HOLDER_CONTAINER);
  const base = { kind: "proxy status", server: docker.server } as const;
  if (program === undefined && holder === undefined) return { ...base, state: "absent" };
  const image = (program ?? holder)?.labels[LABELS.image];
  const facts = { ...base, ...omitUndefined({ image }) };
  const isCutOff = program !== undefined && holder !== undefined && isDetached(program, holder);
  if (program?.status === "running" && !isCutOff) {
    return { ...facts, ...await ask(PROXY_CONTAINER, session, signal) };
  }
  const reason = program === undefined
    ? `the container ${PROXY_CONTAINER} is not there`
    : isCutOff
    ? `${PROXY_CONTAINER} lost the ports when ${HOLDER_CONTAINER} was started again`
    : `the container ${PROXY_CONTAINER} is ${program.status}`;
  if (holder === undefined || !isHolding(holder) || isCutOff) {
    return { ...facts, state: "down", reason };
  }
  const answer = await ask(HOLDER_CONTAINER, session, signal);
  return answer.state === "running"
    ? { ...facts, ...answer, state: "standing in", reason }
    : { ...facts, state: "down", reason };
}

async function ask(
  container: string,
  { docker }: Session,
  signal: AbortSignal,
): Promise<Pick<ProxyReport, "state" | "status" | "reason">> {
  try {
    const proxy = createProxyClient({ docker, container });
    return { state: "running", status: await proxy.call("status", {}, { signal }) };
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    return { state: "down", reason: messageOf(error) };
  }
}
