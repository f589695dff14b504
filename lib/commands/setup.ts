/**
 * `luma setup [server…]`: makes servers ready for the project, and brings their proxy up to date.
 *
 * The rule: it says each thing before it does it, and does nothing that is done already.
 *
 * @module
 */
import { UsageError } from "../error.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { bringServices, hasApps, requestsOn } from "./deploy_services.ts";
import { prepareServer } from "./prepare_server.ts";
import { openSession, type Session } from "./session.ts";

/** Sets up the named servers of the project; all where no name is given. */
export async function setup(names: readonly string[], context: CommandContext): Promise<void> {
  const { config, report, signal } = context;
  const unknown = names.find((name) => !config.servers.some((server) => server.name === name));
  if (unknown !== undefined) {
    const known = config.servers.map(({ name }) => name).join(", ");
    throw new UsageError(
      `Unknown server "${unknown}" in ${config.file}`,
      `Its servers are: ${known}`,
    );
  }
  for (const server of config.servers) {
    if (names.length > 0 && !names.includes(server.name)) continue;
    const session = openSession(server);
    try {
      const state = await observe(session, context);
      const steps = await prepareServer(session, state, {
        project: config.name,
        proxy: config.proxy,
        isLocal: server.kind === "local",
        upgrade: true,
        networkOnly: !hasApps(server, config),
        report,
        signal,
      });
      const requests = requestsOn(server, { named: [], others: true, force: false }, config);
      const now = steps === undefined ? state : await observe(session, context);
      let changed = (steps ?? []).length > 0;
      await bringServices(requests, { server, session, state: now }, {
        ...context,
        report: (event) => {
          changed ||= event.kind === "service";
          report(event);
        },
      });
      report({ kind: "setup done", server: server.name, changed });
    } finally {
      await session.runner.close();
    }
  }
}

async function observe(
  session: Session,
  { config, signal }: CommandContext,
): Promise<ServerState> {
  return await observeServer(session, { project: config.name, mode: "write", signal });
}
