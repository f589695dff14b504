/**
 * `luma logs [name…]`: what apps and services wrote, and with `-f` what they write from now on.
 *
 * The rule: without a color the one in use is shown; what starts while it is followed joins in, so that a
 * deployment is seen from both sides.
 *
 * @module
 */
import type { ServerConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import type { LogSink } from "../logs/log_printer.ts";
import { LABELS } from "../state/labels.ts";
import { observeServer } from "../state/observe_server.ts";
import type { CommandContext } from "./context.ts";
import {
  type ContainerChoice,
  findConfig,
  findContainers,
  nothingThere,
  type Part,
  selectParts,
  serversOf,
} from "./select_containers.ts";
import type { Session } from "./session.ts";
import { showLogs, type ShowOptions } from "./show_logs.ts";

/** Whose logs are shown, and how. */
export interface LogsOptions extends ContainerChoice, ShowOptions {
  /** Apps and services; none: all. */
  readonly names: readonly string[];
}

/** Shows the logs of the named apps and services. */
export async function logs(
  options: LogsOptions,
  context: CommandContext,
  sink: LogSink,
): Promise<void> {
  const { config } = context;
  const parts = selectParts(config, options.names);
  const servers = serversOf(config, parts);
  await showLogs(
    {
      servers,
      find: (session, server, signal) =>
        lookAt({ session, server, parts, options }, { ...context, signal }),
      label: `${LABELS.project}=${config.name}`,
      isWanted: ({ labels }) => isWanted(labels, parts, options),
      onNothing: () => {
        const [part] = parts;
        const names = servers.map(({ name }) => name).join(", ");
        if (part !== undefined) throw nothingThere(part, { ...options, server: names });
      },
    },
    { options, sink },
    context,
  );
}

async function lookAt(
  { session, server, parts, options }: {
    readonly session: Session;
    readonly server: ServerConfig;
    readonly parts: readonly Part[];
    readonly options: ContainerChoice;
  },
  { config, signal }: CommandContext,
): Promise<{ readonly containers: readonly Container[]; readonly nowMs: number }> {
  const project = config.name;
  const state = await observeServer(session, { project, mode: "read", signal });
  const here = parts.filter((part) => findConfig(config, part)?.servers.includes(server.name));
  const containers = here.flatMap((part) => findContainers(part, { ...options, state, project }));
  return { containers, nowMs: state.facts.nowMs };
}

function isWanted(
  labels: Container["labels"],
  parts: readonly Part[],
  { color, replica }: ContainerChoice,
): boolean {
  if (color !== undefined && labels[LABELS.color] !== color) return false;
  if (replica !== undefined && Number(labels[LABELS.replica] ?? 1) !== replica) return false;
  return parts.some(({ kind, name }) => labels[LABELS[kind]] === name);
}
