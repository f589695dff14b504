/**
 * Takes the lock of an app on its server, and says so where that has to be waited for.
 *
 * The rule: whoever changes an app holds its lock.
 *
 * @module
 */
import type { AppConfig, ServerConfig } from "../config/types.ts";
import { acquireLease, type LeaseLock } from "../lock/lease_lock.ts";
import { identifyProcess, isProcessAlive } from "../lock/this_process.ts";
import { lockPath } from "../state/server_names.ts";
import type { ServerFacts } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import type { Session } from "./session.ts";

/** The app's server, and how its lock is asked for. */
export interface LockAppOptions {
  readonly server: ServerConfig;
  readonly session: Session;
  readonly facts: ServerFacts;
  /** Waits for one lease of somebody else. */
  readonly patient: boolean;
}

/**
 * Takes the lock of an app.
 *
 * @throws {LockHeldError} When somebody else holds it.
 */
export async function lockApp(
  { name: app }: AppConfig,
  { server, session, facts, patient }: LockAppOptions,
  { config, report, signal }: CommandContext,
): Promise<LeaseLock> {
  return await acquireLease(session.runner, {
    ...identifyProcess(),
    file: lockPath(facts.home, config.name, app),
    subject: app,
    isAlive: isProcessAlive,
    onWait: ({ owner, host, sinceS }) =>
      report({
        kind: "waiting for lock",
        server: server.name,
        app,
        owner,
        host,
        sinceMs: sinceS * 1000,
      }),
    patient,
    signal,
  });
}
