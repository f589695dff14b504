/**
 * Carries out the steps that visitors can see: switch, watch, confirm, and going back.
 *
 * The rule: a lost answer means unknown. What stands is asked of the proxy before anything is undone.
 *
 * @module
 */
import type {
  RouteKey,
  RouteState,
  SwitchedBack,
  SwitchRequest,
  SwitchResult,
  WatchEvent,
} from "../../proxy/api.ts";
import { LumaError } from "../error.ts";
import type { PlannedGeneration, Step, WatchLimits } from "../plan/types.ts";
import { ProxyError } from "../proxy_client/proxy_client.ts";
import { RunnerError } from "../ssh/runner_error.ts";
import { collectEvidence, withEvidence } from "./collect_evidence.ts";
import { hidePlanSecrets } from "./hide_plan_secrets.ts";
import { watchForExit } from "./watch_for_exit.ts";
import { DeploymentError, type Execution, SwitchedBackError } from "./types.ts";

type StepOf<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** How long the proxy has to answer what is not given up when the deployment is interrupted. */
const ANSWER_MS = 30_000;

/** Sends every new request to the new color's endpoints. */
export async function runSwitch(step: StepOf<"switch">, execution: Execution): Promise<void> {
  const { effects, base } = execution;
  effects.report({ kind: "switching", ...base, to: step.to });
  const expectedGeneration = await findExpected(step.expectedGeneration, execution) ?? 0;
  const result = await askSwitch({ ...step, color: step.to, expectedGeneration }, execution);
  effects.report({
    kind: "switched",
    ...base,
    to: step.to,
    generation: result.generation,
    inFlight: result.inFlight,
    workers: result.workers.length,
  });
}

/** Lets the proxy answer every new request by itself, for want of an endpoint. */
export async function runHold(step: StepOf<"hold">, execution: Execution): Promise<void> {
  const expectedGeneration = await findExpected(step.expectedGeneration, execution);
  // Nothing was held or switched: what serves is what did before.
  if (expectedGeneration === undefined) return;
  await askSwitch({ ...step, endpoints: [], expectedGeneration }, execution);
}

type Asked = Omit<SwitchRequest, keyof RouteKey>;

async function askSwitch(asked: Asked, execution: Execution): Promise<SwitchResult> {
  const { progress } = execution;
  progress.switchAsked = true;
  progress.generation = undefined;
  const result = await callAgainIfLost(() => callSwitch(asked, execution));
  progress.generation = result.generation;
  return result;
}

/** The generation that the proxy has now; none where it is to be this plan's and was never made. */
async function findExpected(
  planned: PlannedGeneration,
  execution: Execution,
): Promise<number | undefined> {
  if (planned !== "new") return planned;
  const { generation, switchAsked } = execution.progress;
  return switchAsked ? generation ?? await findGeneration(execution) : undefined;
}

/** The calls are idempotent, so a lost answer is asked for once more. */
async function callAgainIfLost<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const isLost = error instanceof RunnerError ||
      (error instanceof ProxyError && error.code === "no answer");
    if (!isLost) throw error;
    return await call();
  }
}

/** Waits for the answer also after an interruption: a switch that nobody waits for may still come. */
async function callSwitch(
  { color, deployment, endpoints, options, watch, expectedGeneration }: Asked,
  { effects, plan: { project, app }, base }: Execution,
): Promise<SwitchResult> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const request = { project, app, expectedGeneration, color, deployment, endpoints, options };
  try {
    return await effects.proxy.call(
      "switch",
      { ...request, ...(watch === undefined ? {} : { watch }) },
      { signal },
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new DeploymentError(
      `Cannot switch "${base.app}" on ${base.server}: no answer within ${ANSWER_MS / 1000} s`,
      { cause: error, hint: "Look at the proxy with: docker logs luma-proxy" },
    );
  }
}

/** Waits until the watch of a generation is judged; a replica that exits ends it at once. */
export async function runWatch(step: StepOf<"watch">, execution: Execution): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([execution.signal, ended.signal]);
  const inner = { ...execution, signal };
  const replicas = step.containers.map((container) => ({ container }));
  try {
    await Promise.race([
      watchGeneration(step, inner),
      watchForExit({ replicas, deployment: step.deployment, inUse: true }, inner),
    ]);
  } catch (error) {
    execution.signal.throwIfAborted();
    throw await withEvidence(error, step.containers, execution);
  } finally {
    ended.abort();
  }
}

async function watchGeneration(step: StepOf<"watch">, execution: Execution): Promise<void> {
  const { effects, base, plan: { project, app }, signal } = execution;
  const { generation: planned, limits } = step;
  if (planned === undefined) return await effects.wait(step.durationMs, signal);
  const generation = generationOf(planned, execution);
  const overLimits = new AbortController();
  const onLine = (event: WatchEvent) => {
    if (event.kind === "watching") effects.report({ ...base, ...event });
    if (event.kind !== "switched back" && limits !== undefined && isOver(limits, event)) {
      overLimits.abort(tooManyFailures(event, execution));
    }
  };
  const request = { project, app, generation };
  const either = AbortSignal.any([signal, overLimits.signal]);
  const verdict = await effects.proxy.call("watch", request, { onLine, signal: either });
  overLimits.signal.throwIfAborted();
  if (verdict.kind === "switched back") {
    throw await switchedBack(verdict, step.containers, execution);
  }
  if (verdict.kind === "watched") effects.report({ ...base, ...verdict });
}

function isOver({ minFailures, minShare, oldShare }: WatchLimits, counted: Counted): boolean {
  const share = counted.requests === 0 ? 0 : counted.failed / counted.requests;
  return counted.failed >= minFailures && share >= minShare && share >= 2 * oldShare;
}

type Counted = { readonly requests: number; readonly failed: number };

function tooManyFailures({ requests, failed }: Counted, { base }: Execution): DeploymentError {
  return new DeploymentError(
    `The new version of "${base.app}" failed on ${base.server}: ${failed} of ${requests} requests`,
    { hint: "See its last log lines above, mend it, and deploy again" },
  );
}

/** Seals a generation: from then on the proxy never leaves it by itself. */
export async function runConfirm(step: StepOf<"confirm">, execution: Execution): Promise<void> {
  const { effects, plan, progress, signal } = execution;
  const generation = generationOf(step.generation, execution);
  progress.confirmAsked = step.generation === "new";
  const request = { project: plan.project, app: plan.app, generation };
  const result = await callAgainIfLost(() => effects.proxy.call("confirm", request, { signal }));
  if (result.kind === "switched back") {
    throw await switchedBack(result, [...progress.made], execution);
  }
  progress.switchAsked = false;
}

async function switchedBack(
  verdict: SwitchedBack,
  containers: readonly string[],
  execution: Execution,
): Promise<SwitchedBackError> {
  const { effects, base, plan } = execution;
  const { reason } = verdict;
  const failure = verdict.failure && {
    ...verdict.failure,
    examples: verdict.failure.examples.map((line) => hidePlanSecrets(line, plan)),
  };
  effects.report({
    kind: "switched back",
    ...base,
    reason,
    ...(failure === undefined ? {} : { failure }),
  });
  const found = await collectEvidence(containers, execution);
  return new SwitchedBackError(
    `"${base.app}" on ${base.server} was switched back to the old version: ${reason}`,
    {
      hint:
        "The old version serves. See what the new one answered above, mend it, and deploy again",
      evidence: [...countAlike(failure?.examples ?? []), ...found],
    },
  );
}

/** Each line once, with how often it was there. */
function countAlike(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].map((line) => {
    const times = lines.filter((other) => other === line).length;
    return times === 1 ? line : `${line} (${times} times)`;
  });
}

/** Leaves the new generation for the former one, where it was ever made. */
export async function runSwitchBack(
  step: StepOf<"switch-back">,
  execution: Execution,
): Promise<void> {
  const { effects, plan, progress, signal } = execution;
  const generation = await findExpected(step.generation, execution);
  if (generation === undefined) return;
  const { project, app } = plan;
  await effects.proxy.call("switch-back", { project, app, generation, reason: step.cause }, {
    signal,
  });
  progress.switchAsked = false;
}

/** Lets the proxy forget the app; a route that it does not have is no error. */
export async function runRemoveRoute({ effects, plan, signal }: Execution): Promise<void> {
  await effects.proxy.call("remove", { project: plan.project, app: plan.app }, { signal });
}

/** The generation that this plan's switch made, where its answer was lost. */
async function findGeneration({ effects, plan, signal }: Execution): Promise<number | undefined> {
  const { routes } = await effects.proxy.call("list", {}, { signal });
  const route: RouteState | undefined = routes.find(({ project, app }) =>
    project === plan.project && app === plan.app
  );
  return route?.current.deployment === plan.deployment ? route.current.generation : undefined;
}

/** Whether the proxy says that this plan's generation is sealed, where asking it was cut short. */
export async function isConfirmed({ effects, plan, signal }: Execution): Promise<boolean> {
  const { routes } = await effects.proxy.call("list", {}, { signal });
  const current = routes.find(({ project, app }) => project === plan.project && app === plan.app)
    ?.current;
  return current?.deployment === plan.deployment && current.seal === "confirmed";
}

function generationOf(planned: PlannedGeneration, { progress, base }: Execution): number {
  const generation = planned === "new" ? progress.generation : planned;
  if (generation !== undefined) return generation;
  throw new LumaError(`Cannot watch "${base.app}" on ${base.server}: it was not switched`, {
    exitCode: 1,
  });
}
