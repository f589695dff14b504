/**
 * Deploys one app on one server whose lock is held: resolve, plan, check, execute, keep a receipt.
 *
 * The rule: a plan that the server has outrun is made anew, a few times; everything else fails once.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { AppConfig } from "../config/types.ts";
import type { Image } from "../docker/types.ts";
import { LumaError, messageOf } from "../error.ts";
import { executePlan } from "../execute/execute_plan.ts";
import {
  CleanupError,
  DeploymentError,
  type Effects,
  PlanOutdatedError,
  SwitchedBackError,
} from "../execute/types.ts";
import type { BuiltImage } from "../image/build_image.ts";
import { identifyProcess } from "../lock/this_process.ts";
import { makeDeploymentId } from "../plan/deployment_id.ts";
import { findObstacles } from "../plan/find_obstacles.ts";
import { refuseAll } from "../plan/obstacle.ts";
import { planDeploy } from "../plan/plan_deploy.ts";
import type { Plan } from "../plan/types.ts";
import { createReceiptCollector, type ReceiptEnd } from "../receipt/collect_receipt.ts";
import { pruneReceipts, receiptFolder, writeReceipt } from "../receipt/store_receipts.ts";
import type { Event, Report } from "../report/events.ts";
import type { ResolvedApp } from "../resolve/resolve_app.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import { bringImage, resolveWith } from "./bring_image.ts";
import type { CommandContext } from "./context.ts";
import { monotonicNow, type Session, wait } from "./session.ts";

const MOST_PLANS = 4;

/** A check that a script adds to the deployment of each app; a throw fails it. */
export type DeployHook = (check: {
  readonly plan: Plan;
  readonly app: AppConfig;
  readonly session: Session;
  /** Aborted when the deployment ends for another reason. */
  readonly signal: AbortSignal;
}) => Promise<void>;

/** The checks, by the moment that they come before. */
export interface DeployHooks {
  readonly beforeCommit?: DeployHook;
  readonly beforeConfirm?: DeployHook;
}

/** The server that an app is deployed on. */
export interface DeployAppInput {
  /** Its runner checks the app's lock. */
  readonly session: Session;
  readonly state: ServerState;
  readonly force: boolean;
  /** When the command began, by the clock that only goes forward. */
  readonly startedAtMs: number;
  readonly hooks: DeployHooks;
  /** The image to deploy; none: the one that the reference means, pulled where that is needed. */
  readonly image?: Image;
  /** What was built for it; none: it is built now, unless that is to be skipped. */
  readonly built?: BuiltImage;
  /** Build nothing: the image that was built last is meant. */
  readonly skipBuild: boolean;
}

/** Deploys `app`. @throws {DeploymentError} When it failed, and everything is as it was. */
export async function deployApp(
  app: AppConfig,
  input: DeployAppInput,
  context: CommandContext,
): Promise<void> {
  const { session } = input;
  const resolved = input.image === undefined
    ? await bringImage(app, { ...input, pull: true }, context)
    : resolveWith(app, { ...input, image: input.image }, context);
  let state = input.state;
  for (let left = MOST_PLANS;; left--) {
    const deployment = makeDeploymentId(state.facts.nowMs, randomBytes(2).toString("hex"));
    // Apps begin apart from each other; where two met all the same, each begins anywhere.
    const addressSeed = left === MOST_PLANS ? `${resolved.project}/${app.name}` : deployment;
    const plan = planDeploy(resolved, state, { deployment, force: input.force, addressSeed });
    refuseObstacles(plan, resolved, state);
    const outdated = await carryOut(
      plan,
      { input: { ...input, state }, resolved },
      context,
    );
    if (outdated === undefined && !plan.incomplete) return;
    if (left === 1) {
      throw outdated ?? new LumaError(`Cannot repair "${app.name}": it does not come to rest`);
    }
    const { docker } = state;
    state = await observeServer(session, {
      project: resolved.project,
      mode: "write",
      docker,
      ports: app.ports,
      report: context.report,
      signal: context.signal,
    });
  }
}

/** Fails with every obstacle at once; nothing was changed. */
export function refuseObstacles(plan: Plan, app: ResolvedApp, state: ServerState): void {
  refuseAll(findObstacles(plan, app, state), { apps: [plan.app], server: plan.server });
}

interface Run {
  readonly input: DeployAppInput;
  readonly resolved: ResolvedApp;
}

/** @returns Why the plan has to be made anew; none when it was carried out. */
async function carryOut(
  plan: Plan,
  run: Run,
  context: CommandContext,
): Promise<PlanOutdatedError | undefined> {
  const { report, signal } = context;
  const base = { server: plan.server, app: plan.app };
  if (plan.to === undefined && plan.steps.length === 0) {
    report({ kind: "unchanged", ...base });
    return undefined;
  }
  if (plan.to === undefined) report({ kind: "repairing", ...base, causes: causesOf(plan) });
  else reportColors(plan, report);
  const collector = createReceiptCollector(receiptHead(plan, run));
  const collect = (event: Event) => {
    collector.add(event);
    report(event);
  };
  try {
    await executePlan(plan, effectsFor(run, collect), signal);
  } catch (error) {
    if (error instanceof PlanOutdatedError) return error;
    const receipt = collector.finish(
      describeFailure(error, signal),
      monotonicNow() - run.input.startedAtMs,
    );
    await keepReceipt(receipt, run, report);
    throw error;
  }
  if (plan.to === undefined) {
    if (plan.incomplete !== true) report({ kind: "unchanged", ...base });
    return undefined;
  }
  const receipt = collector.finish({ outcome: "deployed" }, monotonicNow() - run.input.startedAtMs);
  await keepReceipt(receipt, run, report);
  report({ kind: "deployed", ...base, receipt });
  return undefined;
}

/** Why there are steps at all, each cause once. */
function causesOf({ steps }: Plan): readonly string[] {
  return [...new Set(steps.map(({ cause }) => cause))];
}

function reportColors(plan: Plan, report: Report): void {
  const { server, app, from, to, replicas, causes } = plan;
  if (to === undefined) return;
  report({
    kind: "colors",
    server,
    app,
    to,
    replicas,
    causes,
    ...(from === undefined ? {} : { from }),
  });
}

function effectsFor({ input, resolved }: Run, report: Report): Effects {
  const { session, state, hooks } = input;
  const { beforeCommit, beforeConfirm } = hooks;
  const parts = { app: resolved.config, session };
  const folder = receiptFolder(state.facts.home, resolved.project, resolved.config.name);
  return {
    ...session,
    now: monotonicNow,
    wait,
    report,
    pruneReceipts: (keep, signal) => pruneReceipts(session.runner, folder, { keep, signal }),
    ...(beforeCommit === undefined
      ? {}
      : { beforeCommit: (plan, signal) => beforeCommit({ ...parts, plan, signal }) }),
    ...(beforeConfirm === undefined
      ? {}
      : { beforeConfirm: (plan, signal) => beforeConfirm({ ...parts, plan, signal }) }),
  };
}

function receiptHead(
  plan: Plan,
  { input, resolved }: Run,
): Parameters<typeof createReceiptCollector>[0] {
  const { owner, host } = identifyProcess();
  const digest = resolved.image.digests[0];
  return {
    project: plan.project,
    app: plan.app,
    server: plan.server,
    deployment: plan.deployment,
    by: owner,
    host,
    atMs: input.state.facts.nowMs,
    image: resolved.reference,
    imageId: resolved.image.id,
    replicas: plan.replicas,
    causes: plan.causes,
    ...(digest === undefined ? {} : { digest }),
    ...(plan.from === undefined ? {} : { from: plan.from }),
    ...(plan.to === undefined ? {} : { to: plan.to }),
  };
}

function describeFailure(error: unknown, signal: AbortSignal): ReceiptEnd {
  const evidence = error instanceof DeploymentError && error.evidence.length > 0
    ? { evidence: error.evidence }
    : {};
  const outcome = error instanceof CleanupError
    ? "deployed"
    : error instanceof SwitchedBackError
    ? "switched back"
    : signal.aborted
    ? "interrupted"
    : "failed";
  return { outcome, error: messageOf(error), ...evidence };
}

/** A receipt that cannot be written is a warning: the deployment itself is what it is. */
async function keepReceipt(
  receipt: Parameters<typeof writeReceipt>[2],
  { input }: Run,
  report: Report,
): Promise<void> {
  try {
    await writeReceipt(input.session.runner, input.state.facts.home, receipt);
  } catch (error) {
    report({
      kind: "warning",
      server: receipt.server,
      app: receipt.app,
      message: messageOf(error),
    });
  }
}
