/**
 * Removes apps, services and what is left of a project from one server.
 *
 * The rule: the locks of all parts are held from the first look to the last effect, so that nobody
 * deploys one of them onto data that is about to go. Each part goes with its data, and is planned anew
 * once the locks are held; what was agreed to beside the parts goes under the server's lock as well.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { LumaError } from "../error.ts";
import { executeRemoval, type RemovalEffects } from "../execute/execute_removal.ts";
import { planRemove, type Removal, type RemovedPart } from "../removal/plan_remove.ts";
import { joinUnnamed } from "../removal/plan_remove_data.ts";
import { findReturned, planRemoveRest } from "../removal/plan_remove_rest.ts";
import type { RemoveStep } from "../removal/types.ts";
import { observeServer } from "../state/observe_server.ts";
import { observeTraces, type ProjectTraces } from "../state/project_traces.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { type PartLock, withPartLocks } from "./part_lock.ts";
import { withSetupLock } from "./setup_lock.ts";
import { monotonicNow, type Session, wait } from "./session.ts";

/** What is removed from where. */
export interface ServerRemoval {
  readonly session: Session;
  /** The server as it was when the person was asked. */
  readonly state: ServerState;
  /** What was shown, and agreed to. */
  readonly agreed: Removal;
  /** All that was named, also what this server had nothing of. */
  readonly parts: readonly RemovedPart[];
  /** The whole project. */
  readonly all: boolean;
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

/**
 * Removes the parts one after the other, then what is left of the project.
 *
 * @throws {LockHeldError} When somebody works on one of them; nothing was removed then.
 */
export async function removeFromServer(
  removal: ServerRemoval,
  context: CommandContext,
): Promise<void> {
  const { session, state: { facts: { home } } } = removal;
  await withPartLocks(
    { session, home, parts: locksOf(removal) },
    context,
    (held, inner) => removeLocked({ ...removal, session: held }, inner),
  );
}

/** Also those of parts that have nothing here yet: a deployment may be about to bring them. */
function locksOf(
  { session: { runner: { server } }, agreed, parts }: ServerRemoval,
): readonly PartLock[] {
  const here = parts.filter(({ config }) => config?.servers.includes(server) === true);
  const others = agreed.parts.map(({ part }) => part).filter((part) => !here.includes(part));
  // `luma lock release` knows the servers of luma.yml's apps and services only.
  const hint = "Wait until that run has ended, then run the same command again";
  return [
    ...here.map(({ name }) => ({ name, action: `remove "${name}" on` })),
    ...others.map(({ name }) => ({ name, action: `remove "${name}" on`, hint })),
  ];
}

async function removeLocked(removal: ServerRemoval, context: CommandContext): Promise<void> {
  const { agreed, session, state } = removal;
  const done: RemoveStep[] = [];
  for (const { part } of agreed.parts) done.push(...await removePart(part, removal, context));
  const left = agreed.rest.filter((step) => !isOneOf(step, done));
  if (left.length === 0) return;
  const options = { home: state.facts.home, signal: context.signal };
  await withSetupLock(session, options, async (held, signal) => {
    await removeRest(left, { ...removal, session: held }, { ...context, signal });
  });
}

/** @returns What it carried out. */
async function removePart(
  part: RemovedPart,
  removal: ServerRemoval,
  context: CommandContext,
): Promise<readonly RemoveStep[]> {
  const { state, agreed } = removal;
  const { config, report } = context;
  const now = await lookAgain(removal, context);
  refuseSilentProxy(now.state);
  const options = { project: config.name, parts: [part], all: false, volumes: true };
  const { parts, rest } = planRemove(now.state, now.traces, options);
  // Only data that was shown, and agreed to: none where nobody asked for it.
  const data = rest.filter((step) => isOneOf(step, agreed.rest));
  const own = parts.flatMap((found) => found.steps);
  const base = { server: state.server, app: part.name };
  report({ kind: "removing", ...base });
  await execute({ name: part.name, steps: joinUnnamed(own, data) }, removal, context);
  report({ kind: "removed", ...base });
  return [...own, ...data];
}

/** Nobody can bring a part back meanwhile, but somebody may have one whose lock was not known here. */
async function removeRest(
  left: readonly RemoveStep[],
  removal: ServerRemoval,
  context: CommandContext,
): Promise<void> {
  const { config: { name: project }, report } = context;
  const { server } = removal.state;
  const now = await lookAgain(removal, context);
  const returned = findReturned(now.state, { ...removal, project });
  if (returned.length > 0) {
    throw new LumaError(
      `Cannot remove the rest of "${project}" on ${server}: ${returned.join(", ")} ` +
        `${returned.length === 1 ? "is" : "are"} there again, for somebody deployed meanwhile`,
      { exitCode: 5, hint: "If it shall go all the same, run the same command again" },
    );
  }
  const { steps, kept } = planRemoveRest(left, { ...now, project });
  for (const line of kept) {
    report({ kind: "warning", server, message: `What was to be removed stays: ${line}` });
  }
  await execute({ name: project, steps }, removal, context);
}

async function lookAgain(
  { session, state: { docker, facts: { home } } }: ServerRemoval,
  { config: { name: project }, report, signal }: CommandContext,
): Promise<{ readonly state: ServerState; readonly traces: ProjectTraces }> {
  const state = await observeServer(session, { project, mode: "write", docker, report, signal });
  return { state, traces: await observeTraces(session, { project, home }, signal) };
}

function isOneOf(step: RemoveStep, steps: readonly RemoveStep[]): boolean {
  return steps.some((other) => isDeepStrictEqual(other, step));
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
