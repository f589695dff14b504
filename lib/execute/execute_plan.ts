/**
 * Carries out a plan: phase after phase, and back where one fails.
 *
 * The rule: it holds no decisions. What is undone stands in the plan; until the confirm everything
 * is undone, after it the new color stays and what is left is named.
 *
 * @module
 */
import { AddressTakenError } from "../docker/docker_error.ts";
import { messageOf } from "../error.ts";
import type { Phase, Plan, Step } from "../plan/types.ts";
import { runHook } from "./run_hooks.ts";
import { isConfirmed } from "./run_routing.ts";
import { runStep } from "./run_step.ts";
import {
  CleanupError,
  type Effects,
  type Execution,
  newProgress,
  PlanOutdatedError,
  SwitchedBackError,
} from "./types.ts";

/** How long undoing may take beyond what its steps wait for by themselves, in milliseconds. */
const UNDO_MS = 300_000;

/** How long the proxy may take to say whether a confirm was carried out, in milliseconds. */
const ASK_MS = 30_000;

const PHASES: readonly Phase[] = ["prepare", "commit", "cleanup"];

/**
 * Carries out `plan`.
 *
 * @param signal Aborted: undone before the confirm, left to the next run after it.
 * @throws {DeploymentError} When a step before the confirm failed; everything is as it was.
 * @throws {CleanupError} When the new color serves, but something of the old one is left.
 */
export async function executePlan(
  plan: Plan,
  effects: Effects,
  signal: AbortSignal,
): Promise<void> {
  const base = { server: plan.server, app: plan.app };
  const execution: Execution = {
    plan,
    effects,
    signal,
    base,
    progress: newProgress(),
  };
  for (const phase of PHASES) {
    try {
      await runPhase(phase, plan.steps.filter((step) => step.phase === phase), execution);
      if (phase === "prepare") await runHook("beforeCommit", execution);
    } catch (error) {
      if (phase === "cleanup") throw cleanupError(error, execution);
      if (phase === "commit" && await wasConfirmed(error, execution)) continue;
      await undo(phase, error, execution);
      signal.throwIfAborted();
      throw phase === "prepare" && isOutdated(error) ? outdatedError(error, base.app) : error;
    }
  }
}

/** Runs the steps in their order; those of one kind that follow each other at the same time. */
async function runPhase(phase: Phase, steps: readonly Step[], execution: Execution): Promise<void> {
  const { effects, base, signal } = execution;
  for (const group of groupByKind(steps)) {
    const [first] = group;
    if (first === undefined) continue;
    if (phase === "commit" && first.kind === "confirm") await runHook("beforeConfirm", execution);
    signal.throwIfAborted();
    const startedAtMs = effects.now();
    effects.report({ kind: "step", ...base, phase, step: first.kind, cause: first.cause });
    await runGroup(group, execution);
    effects.report({
      kind: "step done",
      ...base,
      phase,
      step: first.kind,
      tookMs: effects.now() - startedAtMs,
    });
  }
  // Without a proxy nothing is sealed: the end of the watch is what decides.
  const isUnsealed = phase === "commit" && !steps.some(({ kind }) => kind === "confirm");
  if (isUnsealed) await runHook("beforeConfirm", execution);
}

/** Runs steps of one kind at the same time, and notes whether a gap begins or ends with them. */
async function runGroup(group: readonly Step[], execution: Execution): Promise<void> {
  const kind = group[0]?.kind;
  const { plan: { gap }, effects, progress } = execution;
  if (gap !== undefined && kind === gap.from) progress.gapSinceMs ??= effects.now();
  const outcomes = await Promise.allSettled(group.map((step) => runStep(step, execution)));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  if (kind === undefined || gap?.until.includes(kind) !== true) return;
  if (progress.gapSinceMs === undefined) return;
  const tookMs = effects.now() - progress.gapSinceMs;
  progress.gapSinceMs = undefined;
  effects.report({ kind: "gap", ...execution.base, tookMs });
}

/** Steps of one kind that follow each other, together. */
export function groupByKind<Kind extends { readonly kind: string }>(
  steps: readonly Kind[],
): readonly (readonly Kind[])[] {
  const groups: Kind[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last?.[0]?.kind === step.kind) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** Whether the server changed since it was observed, so that another plan is right now. */
function isOutdated(error: unknown): boolean {
  return error instanceof SwitchedBackError || error instanceof AddressTakenError;
}

function outdatedError(cause: unknown, app: string): PlanOutdatedError {
  return new PlanOutdatedError(`The plan for "${app}" is out of date: ${messageOf(cause)}`, {
    cause,
  });
}

/**
 * A confirm whose answer was lost may have been carried out: then there is nothing to undo.
 *
 * An interruption loses the answer too, so the proxy is asked without that signal.
 */
async function wasConfirmed(error: unknown, execution: Execution): Promise<boolean> {
  if (!execution.progress.confirmAsked || error instanceof SwitchedBackError) return false;
  try {
    return await isConfirmed({ ...execution, signal: AbortSignal.timeout(ASK_MS) });
  } catch {
    // The proxy does not answer at all; the undoing will say so.
    return false;
  }
}

/** Undoes step after step; what follows one that failed would take away what may be in use. */
async function undo(
  phase: "prepare" | "commit",
  cause: unknown,
  execution: Execution,
): Promise<void> {
  const { plan, effects, base, progress } = execution;
  // The candidate's name may still be that of a leftover which was not cleared away yet.
  const steps = plan.undo[phase].filter((step) =>
    !("container" in step) || progress.made.has(step.container)
  );
  if (steps.length === 0) return;
  effects.report({ kind: "undoing", ...base, phase, reason: messageOf(cause) });
  // The proxy has gone back by itself: asking it again would name a generation that is no more.
  if (cause instanceof SwitchedBackError) progress.switchAsked = false;
  const undoing: Execution = {
    ...execution,
    signal: AbortSignal.timeout(UNDO_MS + longestWaitMs(steps, progress)),
  };
  for (const group of groupByKind(steps)) {
    try {
      await runGroup(group, undoing);
    } catch (error) {
      return effects.report({
        kind: "warning",
        ...base,
        message: `Could not undo everything (${group[0]?.kind}): ${messageOf(error)}`,
        hint: `The next luma deploy ${base.app} clears away what is left; ` +
          `see it with: luma status ${base.app}`,
      });
    }
  }
  const { from } = plan;
  effects.report({ kind: "undone", ...base, ...(from === undefined ? {} : { from }) });
}

/** Of the steps, and of what has to end before it can be started again. */
function longestWaitMs(steps: readonly Step[], { stopping }: Execution["progress"]): number {
  const endMs = Math.max(0, ...stopping.values());
  return steps.reduce((sum, step) => "timeoutMs" in step ? sum + step.timeoutMs : sum, endMs);
}

function cleanupError(error: unknown, { base, signal, plan }: Execution): unknown {
  if (signal.aborted) return signal.reason;
  const left = plan.steps.flatMap((step) =>
    step.phase === "cleanup" && step.kind === "remove-container" ? [step.container] : []
  );
  return new CleanupError(
    `The new version of "${base.app}" serves on ${base.server}, but clearing the old one away failed: ${
      messageOf(error)
    }`,
    {
      exitCode: 4,
      cause: error,
      hint: `The next luma deploy ${base.app} removes what is left${
        left.length > 0 ? ` (of ${left.join(", ")})` : ""
      }`,
    },
  );
}
