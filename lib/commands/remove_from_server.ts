/**
 * Removes apps, services and what is left of a project from one server.
 *
 * The rule: each part goes under its own lock, and is planned anew once that is held; what was agreed to
 * beside the parts goes under the server's lock, when they are gone.
 *
 * @module
 */
import { LumaError } from "../error.ts";
import { executeRemoval, type RemovalEffects } from "../execute/execute_removal.ts";
import { acquireLease } from "../lock/lease_lock.ts";
import { identifyProcess, isProcessAlive } from "../lock/this_process.ts";
import { planRemove, type Removal, type RemovedPart } from "../plan/plan_remove.ts";
import { observeServer } from "../state/observe_server.ts";
import { observeTraces } from "../state/project_traces.ts";
import { lockPath } from "../state/server_names.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { withSetupLock } from "./setup_lock.ts";
import { monotonicNow, type Session, sessionOver, wait } from "./session.ts";

/** What is removed from where. */
export interface ServerRemoval {
  readonly session: Session;
  /** The server as it was when the person was asked. */
  readonly state: ServerState;
  /** What was shown, and agreed to. */
  readonly agreed: Removal;
}

/**
 * Refuses a proxy that cannot be told: its routes would lead nowhere.
 *
 * @throws {LumaError} Where it is there, and does not answer.
 */
export function refuseSilentProxy({ server, proxy }: ServerState): void {
  if (proxy.kind !== "down") return;
  throw new LumaError(
    `Cannot remove anything on ${server}: luma-proxy does not answer (${proxy.reason}), ` +
      "and would keep sending requests to what is gone",
    { hint: "luma setup mends it; then run the same command again" },
  );
}

/** Removes the parts one after the other, then what is left of the project. */
export async function removeFromServer(
  removal: ServerRemoval,
  context: CommandContext,
): Promise<void> {
  const { config } = context;
  const { agreed, session, state } = removal;
  for (const { part } of agreed.parts) {
    const file = lockPath(state.facts.home, config.name, part.name);
    await underLock({ session, file, name: part.name }, context, async (held, inner) => {
      await removePart(part, { ...removal, session: held }, inner);
    });
  }
  if (agreed.rest.length === 0) return;
  const options = { home: state.facts.home, signal: context.signal };
  await withSetupLock(session, options, async (held, signal) => {
    const run = { name: config.name, steps: agreed.rest };
    await execute(run, { ...removal, session: held }, { ...context, signal });
  });
}

async function removePart(
  part: RemovedPart,
  removal: ServerRemoval,
  context: CommandContext,
): Promise<void> {
  const { session, state } = removal;
  const { config, report, signal } = context;
  const project = config.name;
  const { docker, facts: { home } } = state;
  const now = await observeServer(session, { project, mode: "write", docker, signal });
  refuseSilentProxy(now);
  const traces = await observeTraces(session, { project, home }, signal);
  const { parts } = planRemove(now, traces, { project, parts: [part], all: false, volumes: false });
  const base = { server: state.server, app: part.name };
  report({ kind: "removing", ...base });
  await execute({ name: part.name, steps: parts[0]?.steps ?? [] }, removal, context);
  report({ kind: "removed", ...base });
}

async function underLock(
  { session, file, name }: {
    readonly session: Session;
    readonly file: string;
    readonly name: string;
  },
  context: CommandContext,
  body: (held: Session, context: CommandContext) => Promise<void>,
): Promise<void> {
  const { report, signal } = context;
  const server = session.runner.server;
  const lock = await acquireLease(session.runner, {
    ...identifyProcess(),
    file,
    subject: name,
    action: `remove "${name}" on`,
    isAlive: isProcessAlive,
    onWait: ({ owner, host, sinceS }) =>
      report({ kind: "waiting for lock", server, app: name, owner, host, sinceMs: sinceS * 1000 }),
    signal,
  });
  try {
    const inner = { ...context, signal: AbortSignal.any([signal, lock.lost]) };
    await body(sessionOver(lock.runner), inner);
  } finally {
    await lock.release();
  }
}

async function execute(
  { name, steps }: { readonly name: string; readonly steps: Removal["rest"] },
  { session, state }: Pick<ServerRemoval, "session" | "state">,
  { config, report, signal }: CommandContext,
): Promise<void> {
  const effects: RemovalEffects = { ...session, now: monotonicNow, wait, report };
  const run = { server: state.server, project: config.name, name, steps };
  await executeRemoval(run, effects, signal);
}
