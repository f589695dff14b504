/**
 * Lets one run at a time set a server up.
 *
 * The rule: whoever waited looks at the server again before it does anything.
 *
 * @module
 */
import { withLeases } from "../lock/with_leases.ts";
import { type Session, sessionOver } from "./session.ts";

/** Where the lock is, and when to stop. */
export interface SetupLockOptions {
  /** The server's folder of luma. */
  readonly home: string;
  readonly signal: AbortSignal;
}

/**
 * Runs `body` with the server's lock held, over a connection that checks it.
 *
 * @throws {LockHeldError} When another run still holds it after one lease.
 */
export async function withSetupLock<Result>(
  { runner }: Session,
  { home, signal }: SetupLockOptions,
  body: (held: Session, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lease = {
    file: `${home}/locks/setup.lock`,
    subject: "setup",
    action: "set up",
    hint: "Wait until that run has ended, then run the same command again",
  };
  return await withLeases(
    [lease],
    { runner, signal },
    (held) => body(sessionOver(held.runner), held.signal),
  );
}
