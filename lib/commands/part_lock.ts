/**
 * Holds the locks of apps and services on a server while something is done with them.
 *
 * The rule: whoever changes an app or a service holds its lock, and changes it through the session that
 * is handed over here, which checks the lock with every command.
 *
 * @module
 */
import { type WantedLease, withLeases } from "../lock/with_leases.ts";
import { lockPath } from "../state/server_names.ts";
import type { CommandContext } from "./context.ts";
import { type Session, sessionOver } from "./session.ts";

/** An app or a service whose lock is wanted. */
export interface PartLock extends Pick<WantedLease, "action" | "hint" | "patient" | "waitS"> {
  readonly name: string;
}

/** Whose locks, and on which server. */
export interface PartLocks {
  readonly session: Session;
  /** The server's folder of luma. */
  readonly home: string;
  /** All of them are held, or none; two of one name are one. */
  readonly parts: readonly PartLock[];
}

/**
 * Runs `body` with the locks held, in a context that is interrupted when one is lost.
 *
 * @throws {LockHeldError} When somebody else holds one of them; `body` has not run then.
 */
export async function withPartLocks<Result>(
  { session, home, parts }: PartLocks,
  context: CommandContext,
  body: (held: Session, context: CommandContext) => Promise<Result>,
): Promise<Result> {
  const { runner } = session;
  const unique = parts.filter(({ name }, index) =>
    parts.findIndex((other) => other.name === name) === index
  );
  const wanted = unique.map(({ name, ...asked }): WantedLease => ({
    ...asked,
    file: lockPath(home, context.config.name, name),
    subject: name,
    onWait: reportWait({ server: runner.server, app: name }, context),
  }));
  return await withLeases(
    wanted,
    { runner, signal: context.signal },
    (held) => body(sessionOver(held.runner), { ...context, signal: held.signal }),
  );
}

function reportWait(
  base: { readonly server: string; readonly app: string },
  { report }: CommandContext,
): NonNullable<WantedLease["onWait"]> {
  return ({ owner, host, sinceS }) =>
    report({ kind: "waiting for lock", ...base, owner, host, sinceMs: sinceS * 1000 });
}
