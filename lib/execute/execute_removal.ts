/**
 * Carries out the steps of a removal.
 *
 * The rule: it holds no decisions, and undoes nothing: what is gone is gone, and the next run goes on.
 *
 * @module
 */
import { disconnectNetwork, removeNetwork } from "../docker/network_operations.ts";
import { removeWithVolumes } from "../docker/remove_with_volumes.ts";
import { removeVolume } from "../docker/volume_operations.ts";
import { LumaError, messageOf } from "../error.ts";
import { LockHeldError } from "../lock/lease_lock.ts";
import { isSharedStep, type RemoveStep, type SharedStep } from "../removal/types.ts";
import { HOLDER_CONTAINER } from "../setup/types.ts";
import { quoteShell } from "../ssh/quote.ts";
import type { Runner } from "../ssh/runner.ts";
import { groupByKind } from "./execute_plan.ts";
import { runStep } from "./run_step.ts";
import { type Effects, type Execution, newProgress } from "./types.ts";

/** Whose steps are carried out. */
export interface RemovalRun {
  readonly server: string;
  readonly project: string;
  /** The app or service; the project, for what is left of it. */
  readonly name: string;
  readonly steps: readonly RemoveStep[];
}

/** Through what they are. */
export interface RemovalEffects extends Omit<Effects, "pruneReceipts"> {
  readonly runner: Runner;
}

/**
 * Carries out the steps in their order; those of one kind that follow each other at the same time.
 *
 * @throws {LumaError} When one fails; what comes after it is left to the next run.
 * @throws {LockHeldError} When another run took the lock over; what it does is not ours to explain.
 */
export async function executeRemoval(
  run: RemovalRun,
  effects: RemovalEffects,
  signal: AbortSignal,
): Promise<void> {
  const execution = createExecution(run, effects, signal);
  const { base } = execution;
  for (const group of groupByKind(run.steps)) {
    const [first] = group;
    if (first === undefined) continue;
    signal.throwIfAborted();
    const { phase, cause } = first;
    const step = toldAs(first);
    if (step !== undefined) effects.report({ kind: "step", ...base, phase, step, cause });
    const outcomes = await Promise.allSettled(
      group.map((step) =>
        isSharedStep(step) ? runStep(step, execution) : runOwnStep(step, { effects, signal })
      ),
    );
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed === undefined) continue;
    signal.throwIfAborted();
    throw failed.reason instanceof LockHeldError ? failed.reason : removalError(run, failed.reason);
  }
}

/** The step of a deployment that a step is, or does a part more than. */
function toldAs(step: RemoveStep): SharedStep["kind"] | undefined {
  if (step.kind === "remove-with-volumes") return "remove-service";
  return isSharedStep(step) ? step.kind : undefined;
}

function removalError({ name, server }: RemovalRun, cause: unknown): LumaError {
  const hint = cause instanceof LumaError && cause.hint !== undefined ? `${cause.hint}\n` : "";
  return new LumaError(`Cannot remove all of "${name}" on ${server}: ${messageOf(cause)}`, {
    exitCode: 4,
    cause,
    hint: `${hint}Then run the same command again: it goes on where this one stopped`,
  });
}

/** What the steps of a deployment know: nothing was there before, and nothing will be after. */
function createExecution(
  { server, project, name }: RemovalRun,
  effects: RemovalEffects,
  signal: AbortSignal,
): Execution {
  return {
    plan: {
      server,
      project,
      app: name,
      deployment: "",
      replicas: 0,
      causes: [],
      steps: [],
      undo: { prepare: [], commit: [] },
    },
    effects: { ...effects, pruneReceipts: () => Promise.resolve() },
    signal,
    base: { server, app: name },
    progress: newProgress(),
  };
}

type OwnStep = Exclude<RemoveStep, Parameters<typeof runStep>[0]>;

async function runOwnStep(
  step: OwnStep,
  { effects, signal }: { readonly effects: RemovalEffects; readonly signal: AbortSignal },
): Promise<void> {
  const { docker, runner } = effects;
  switch (step.kind) {
    case "untag-images":
      for (const tag of step.tags) await docker.untagImage(tag, signal);
      return;
    case "remove-with-volumes":
      return await removeWithVolumes(runner, step, signal);
    case "remove-volume":
      return await removeVolume(runner, step.volume, signal);
    case "remove-folder":
      return await removeFolder(step.path, { runner, signal });
    case "disconnect-proxy": {
      const ends = { container: HOLDER_CONTAINER, network: step.network };
      return await disconnectNetwork(runner, ends, signal);
    }
    case "remove-network":
      return await removeNetwork(runner, step.network, signal);
  }
}

async function removeFolder(
  path: string,
  { runner, signal }: { readonly runner: Runner; readonly signal: AbortSignal },
): Promise<void> {
  const output = await runner.run({ argv: ["rm", "-rf", "--", path], signal });
  if (output.status === 0) return;
  throw new LumaError(`Cannot remove the folder ${path}: ${output.stderr.trim()}`, {
    hint: `As root on ${runner.server}: ${quoteShell(["rm", "-r", "--", path])}`,
  });
}
