/**
 * A server of a project, for scripts: look at it, and run commands on it.
 *
 * The rule: looking changes nothing.
 *
 * @module
 */
import { openSession } from "../commands/session.ts";
import type { ServerConfig } from "../config/types.ts";
import type { Runner } from "../ssh/runner.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";

/**
 * A server of a project. Close it when it is not wanted any more, or open it with `await using`.
 *
 * @example
 * ```ts
 * import { openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * await using server = project.server("web.example.com");
 * const { containers, facts } = await server.observe();
 * console.log(`${containers.length} containers, ${facts.diskFreeBytes} bytes free`);
 * const { stdout } = await server.runner.run({ argv: ["uptime"] });
 * ```
 */
export interface Server extends AsyncDisposable {
  /** Its name in luma.yml; `local` is this machine. */
  readonly name: string;
  /** Runs commands on it. */
  readonly runner: Runner;
  /** Takes one snapshot of it: containers, network, what the proxy says. It changes nothing. */
  observe(): Promise<ServerState>;
  /** Ends the connection. */
  close(): Promise<void>;
}

/** Opens a server of a project; nothing is sent before something is asked of it. */
export function openServer(
  config: ServerConfig,
  { project, signal }: { readonly project: string; readonly signal: AbortSignal },
): Server {
  const session = openSession(config);
  const close = () => session.runner.close();
  return {
    name: config.name,
    runner: session.runner,
    observe: () => observeServer(session, { project, mode: "read", signal }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
