/**
 * Holds the lease of one app on one server while a deployment runs.
 *
 * The rule: a lease is renewed every 5 s and lost after 15 s without; what the holder changes goes
 * through {@linkcode LeaseLock.guard}, which checks in the same remote shell that it still holds it.
 * Renewing and releasing wait for none of that, nor for other locks.
 *
 * @module
 */
import { setTimeout as wait } from "node:timers/promises";
import { LumaError } from "../error.ts";
import type { Command, Output, Runner } from "../ssh/runner.ts";
import {
  acquireArgv,
  guardArgv,
  HELD_STATUS,
  isLost,
  type Lease,
  LEASE_SECONDS,
  type LeaseRequest,
  parseLease,
  releaseArgv,
  renewArgv,
} from "./lease_script.ts";

const RENEW_EVERY_MS = 5_000;
const ASK_EVERY_MS = 1_000;

/**
 * Another deployment holds the lock, or took it over.
 *
 * @example
 * ```ts
 * import { LockHeldError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.deploy();
 * } catch (error) {
 *   if (!(error instanceof LockHeldError)) throw error;
 *   console.error(`Somebody else deploys: ${error.message}`);
 * }
 * ```
 */
export class LockHeldError extends LumaError {
  /** The name of the class. */
  override readonly name = "LockHeldError";
}

/** What is locked, by whom. */
export interface LeaseOptions extends LeaseRequest {
  /** `blog`: what people call it. */
  readonly subject: string;
  /** What it is taken for, as in `Cannot … SERVER`; default: `deploy "blog" on`. */
  readonly action?: string;
  /** What to do while another holds it; default: how an app's lock is released. */
  readonly hint?: string;
  /** Whether a process of this host is alive. */
  readonly isAlive: (pid: number) => boolean;
  /** False: another's lease is not waited for. */
  readonly patient?: boolean;
  /** Seconds to wait for another who goes on renewing its lease; default: one lease. */
  readonly waitS?: number;
  /** Called once, when another holds it and is waited for. */
  readonly onWait?: (lease: Lease) => void;
  readonly signal: AbortSignal;
}

/** A lease that is held. */
export interface LeaseLock {
  /** The same server as through `runner`, where commands run only while the lease is held. */
  guard(runner: Runner): Runner;
  /** Aborted when the lease was lost. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the lease, waiting as long as one lease holds for another's to be over.
 *
 * @throws {LockHeldError} When another deployment still holds it then; exit code 5.
 */
export async function acquireLease(runner: Runner, options: LeaseOptions): Promise<LeaseLock> {
  let waited = false;
  let broken = "";
  const waitS = options.patient === false ? 0 : options.waitS ?? LEASE_SECONDS + 1;
  for (let left = waitS;; left--) {
    const lease = await tryAcquire(runner, options, broken);
    if (lease === undefined) return holdLease(runner, options);
    if (lease.hostId === options.hostId && !options.isAlive(lease.pid)) {
      broken = lease.token;
      continue;
    }
    if (left <= 0) throw heldError(runner.server, options, lease);
    if (!waited) options.onWait?.(lease);
    waited = true;
    await waitToAsk(options.signal);
  }
}

async function waitToAsk(signal: AbortSignal): Promise<void> {
  try {
    await wait(ASK_EVERY_MS, undefined, { signal });
  } catch (error) {
    // Its own error hides the signal's reason, which says that a person ended the command.
    signal.throwIfAborted();
    throw error;
  }
}

/** @returns The lease of another that holds it; none when it is ours now. */
async function tryAcquire(
  runner: Runner,
  options: LeaseOptions,
  broken: string,
): Promise<Lease | undefined> {
  const output = await runner.run({
    argv: acquireArgv(options, broken),
    timeoutMs: 30_000,
    signal: options.signal,
  });
  if (output.status === 0) return undefined;
  const lease = parseLease(output.stdout);
  if (output.status === HELD_STATUS && lease !== undefined) return lease;
  throw new LumaError(
    `Cannot lock "${options.subject}" on ${runner.server}: ${output.stderr.trim()}`,
    {
      hint: `The lock is the file ${options.file} on the server`,
    },
  );
}

function heldError(server: string, options: LeaseOptions, lease: Lease): LockHeldError {
  const { subject, action = `deploy "${subject}" on`, hint } = options;
  const since = new Date(lease.sinceS * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  return new LockHeldError(
    `Cannot ${action} ${server}: locked by ${lease.owner} on ${lease.host} ` +
      `(process ${lease.pid}) since ${since}`,
    {
      exitCode: 5,
      hint: hint ?? `If no deployment is running: luma lock release ${subject}`,
    },
  );
}

/** Through a runner that checks another lock, a lease could not be given back once that lock is lost. */
function holdLease(through: Runner, options: LeaseOptions): LeaseLock {
  const runner = through.unguarded ?? through;
  const lost = new AbortController();
  const ended = new AbortController();
  const renewing = renewUntil(runner, options, { lost, ended: ended.signal });
  return {
    lost: lost.signal,
    guard: (through) => guardRunner(through, options),
    release: async () => {
      ended.abort();
      await renewing;
      await release(runner, options);
    },
  };
}

async function release(runner: Runner, { file, token }: LeaseOptions): Promise<void> {
  try {
    await runner.run({ argv: releaseArgv(file, token), timeoutMs: 10_000, urgent: true });
  } catch {
    // A server that is gone has told why to the command; its lease is over soon by itself.
  }
}

async function renewUntil(
  runner: Runner,
  options: LeaseOptions,
  { lost, ended }: { readonly lost: AbortController; readonly ended: AbortSignal },
): Promise<void> {
  let renewedAtMs = Date.now();
  while (!ended.aborted && !lost.signal.aborted) {
    await wait(RENEW_EVERY_MS, undefined, { signal: ended, ref: false }).catch(() => undefined);
    if (ended.aborted) return;
    const outcome = await renew(runner, options);
    if (outcome === "renewed") renewedAtMs = Date.now();
    // A server that cannot be reached for a while is no loss yet: the lease has to be over, too.
    const over = Date.now() - renewedAtMs > 4 * LEASE_SECONDS * 1000;
    if (outcome === "taken" || over) lost.abort(lostError(runner.server, options));
  }
}

async function renew(
  runner: Runner,
  options: LeaseOptions,
): Promise<"renewed" | "taken" | "unreachable"> {
  try {
    const output = await runner.run({
      argv: renewArgv(options.file, options.token),
      timeoutMs: LEASE_SECONDS * 1000,
      urgent: true,
    });
    if (output.status === 0) return "renewed";
    return output.status === HELD_STATUS ? "taken" : "unreachable";
  } catch {
    // The command that needs the server will say why it cannot be reached, better than a renewal.
    return "unreachable";
  }
}

function guardRunner(runner: Runner, options: LeaseOptions): Runner {
  return {
    server: runner.server,
    unguarded: runner.unguarded ?? runner,
    async run(command: Command): Promise<Output> {
      const output = await runner.run({
        ...command,
        argv: guardArgv(options.file, options.token, command.argv),
      });
      if (isLost(output, options.file)) throw lostError(runner.server, options);
      return output;
    },
    close: () => runner.close(),
  };
}

function lostError(server: string, { subject, action }: LeaseOptions): LockHeldError {
  const what = action ?? `deploy "${subject}" on`;
  return new LockHeldError(
    `Cannot go on to ${what} ${server}: the lock was lost, another run may have taken over`,
    { exitCode: 5, hint: "See what is there with: luma status" },
  );
}
