/**
 * `luma exec app -- command…`: runs a command in a container, with the user's own streams.
 *
 * The rule: nothing of luma's comes between; bytes and the exit code are the command's.
 *
 * @module
 */
import type { Color } from "../../proxy/api.ts";
import { execAttachedArgv } from "../docker/container_argv.ts";
import type { Container } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import { observeServer } from "../state/observe_server.ts";
import type { CommandContext } from "./context.ts";
import {
  findContainers,
  nothingThere,
  type Part,
  selectParts,
  serversOf,
} from "./select_containers.ts";
import { openSession } from "./session.ts";

/** What is run, and where. */
export interface ExecOptions {
  /** An app or a service. */
  readonly name: string;
  readonly command: readonly string[];
  readonly color?: Color;
  /** Counted from 1; none: the first that runs. */
  readonly replica?: number;
  /** The command gets a terminal. */
  readonly tty: boolean;
}

/** Runs the command. @returns Its exit status. */
export async function exec(options: ExecOptions, context: CommandContext): Promise<number> {
  const { config, signal } = context;
  const [part] = selectParts(config, [options.name]);
  const [server] = part === undefined ? [] : serversOf(config, [part]);
  if (part === undefined || server === undefined) {
    throw new LumaError(`Cannot find the server of "${options.name}"`, { exitCode: 1 });
  }
  const { runner, ...session } = openSession(server);
  try {
    const state = await observeServer({ runner, ...session }, {
      project: config.name,
      mode: "read",
      signal,
    });
    const found = findContainers(part, { ...options, state, project: config.name });
    const container = pickRunning(part, found, { ...options, server: server.name });
    const { command, tty } = options;
    return await runner.attach({
      argv: execAttachedArgv(container.id, { command, tty }),
      tty,
      signal,
    });
  } finally {
    await runner.close();
  }
}

function pickRunning(
  part: Part,
  found: readonly Container[],
  choice: Parameters<typeof nothingThere>[1],
): Container {
  const [first] = found;
  if (first === undefined) throw nothingThere(part, choice);
  const running = found.find(({ status }) => status === "running");
  if (running !== undefined) return running;
  throw new LumaError(
    `Cannot run a command in ${first.name} on ${choice.server}: it is ${first.status}`,
    { hint: `See why with: luma logs ${part.name}` },
  );
}
