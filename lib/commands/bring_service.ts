/**
 * Brings one service on one server to where it shall be, and reports that.
 *
 * The rule: what is done, is done under the service's lock and planned there anew, so that of two runs
 * that miss a service the second one finds it.
 *
 * @module
 */
import type { Image } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import { executePlan } from "../execute/execute_plan.ts";
import type { Effects } from "../execute/types.ts";
import type { Event } from "../report/events.ts";
import type { ServicePlan } from "../service/types.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import { bringContainerImage } from "./bring_image.ts";
import type { CommandContext } from "./context.ts";
import { withPartLocks } from "./part_lock.ts";
import { planRequested, type PlanRequestedInput, type RequestedService } from "./plan_services.ts";
import { monotonicNow, type Session, wait } from "./session.ts";

const MOST_PLANS = 4;

/** How long the run that has the lock may take to pull the image and to start it, in seconds. */
const WAIT_S = 300;

/** The server that a service is brought to. */
export interface BringServiceInput {
  readonly session: Session;
  readonly state: ServerState;
}

/** Brings the service; leaves alone what is as it shall be. */
export async function bringService(
  request: RequestedService,
  { session, state }: BringServiceInput,
  context: CommandContext,
): Promise<void> {
  let image: Promise<Image> | undefined;
  // Once, and before the lock is taken: another run that needs the service waits for that lock.
  const where = { session, state, pull: true, skipBuild: request.skipBuild ?? false };
  const bring = () => image ??= bringContainerImage(request.config, where, context);
  const input = { ...where, bring };
  const look = await planRequested(request, input, context);
  if (look.action === "none") return reportLeft(look, request, context);
  const parts = [{ name: request.config.name, waitS: WAIT_S }];
  await withPartLocks(
    { session, home: state.facts.home, parts },
    context,
    (held, inner) => bringLocked(request, { ...input, session: held }, inner),
  );
}

async function bringLocked(
  request: RequestedService,
  input: PlanRequestedInput,
  context: CommandContext,
): Promise<void> {
  const { config, report, signal } = context;
  const { session } = input;
  for (let left = MOST_PLANS; left > 0; left--) {
    const now = await observeServer(session, {
      project: config.name,
      mode: "write",
      docker: input.state.docker,
      report,
      signal,
    });
    const plan = await planRequested(request, { ...input, state: now }, context);
    if (plan.action === "none") return reportLeft(plan, request, context);
    await carryOut(plan, { request, session }, context);
    if (plan.incomplete !== true) return;
  }
  throw new LumaError(
    `Cannot repair service "${request.config.name}": it does not come to rest`,
    { hint: "See its containers with: docker ps -a --filter label=luma.service" },
  );
}

/** A run that was not asked about a service says only what it does not apply. */
function reportLeft(
  { server, app, pending }: ServicePlan,
  { apply }: RequestedService,
  { report }: CommandContext,
): void {
  if (apply) return report({ kind: "service unchanged", server, service: app });
  if (pending.length === 0) return;
  report({
    kind: "warning",
    server,
    app,
    message: `Service ${app} is left as it is, though in luma.yml: ${pending.join(", ")}`,
    hint: `To apply that, with a short gap: luma deploy ${app}`,
  });
}

interface Run {
  readonly request: RequestedService;
  readonly session: Session;
}

async function carryOut(
  plan: ServicePlan,
  { request, session }: Run,
  { report, signal }: CommandContext,
): Promise<void> {
  const { action, causes } = plan;
  if (action === "none") return;
  const base = { server: plan.server, service: plan.app };
  const startedAtMs = monotonicNow();
  const gap = createGapMeter(plan);
  const effects: Effects = {
    ...session,
    now: monotonicNow,
    wait,
    report: (event) => {
      gap.add(event);
      // Where a container was there before, it is told by `service put back`.
      if (event.kind !== "undone" || action === "create") report(event);
    },
    pruneReceipts: () => Promise.resolve(),
  };
  report({ kind: "service", ...base, action, image: request.config.image ?? "built", causes });
  try {
    await executePlan(plan, effects, signal);
  } catch (error) {
    await reportPutBack(plan, { session, gapMs: gap.end() }, report);
    throw error;
  }
  const gapMs = gap.end();
  report({
    kind: "service done",
    ...base,
    action,
    tookMs: Math.round(monotonicNow() - startedAtMs),
    ...(gapMs === undefined ? {} : { gapMs }),
  });
  if (action === "create") await warnOfUnnamedVolumes(plan, session, { report, signal });
}

/** The data of a volume without a name is hard to find again once its container is gone. */
async function warnOfUnnamedVolumes(
  { server, app, steps }: ServicePlan,
  { docker }: Session,
  { report, signal }: Pick<CommandContext, "report" | "signal">,
): Promise<void> {
  const names = steps.flatMap((step) => step.kind === "create-service" ? [step.spec.name] : []);
  const [container] = await docker.inspectContainers(names, signal);
  for (const { path } of (container?.volumes ?? []).filter(({ anonymous }) => anonymous)) {
    report({
      kind: "warning",
      server,
      app,
      message: `Service ${app} keeps ${path} in a volume without a name`,
      hint: `Name it in luma.yml before it holds data: volumes: ["${app}-data:${path}"]`,
    });
  }
}

interface GapMeter {
  add(event: Event): void;
  /** @returns Milliseconds from the stop of the former container until now, or until the new one runs. */
  end(): number | undefined;
}

/** Measures how long a service is away: until its HEALTHCHECK is good, where its image has one. */
function createGapMeter({ steps }: ServicePlan): GapMeter {
  const asksDocker = steps.some((step) =>
    step.kind === "check-health" && step.health.by === "docker"
  );
  const last = steps.some(({ kind }) => kind === "put-back")
    ? "put-back"
    : asksDocker
    ? "check-health"
    : "start-service";
  let fromMs: number | undefined;
  let toMs: number | undefined;
  return {
    add(event) {
      if (event.kind === "step" && event.step === "stop-container") fromMs ??= monotonicNow();
      if (event.kind === "step done" && event.step === last) toMs ??= monotonicNow();
    },
    end: () => fromMs === undefined ? undefined : Math.round((toMs ?? monotonicNow()) - fromMs),
  };
}

/** Says that the former container runs again, where it does: what undoing did is only known from Docker. */
async function reportPutBack(
  plan: ServicePlan,
  { session, gapMs }: { readonly session: Session; readonly gapMs: number | undefined },
  report: CommandContext["report"],
): Promise<void> {
  const [back] = plan.undo.commit.flatMap((step) => step.kind === "put-back" ? [step] : []);
  if (back === undefined || gapMs === undefined) return;
  const [former] = await session.docker.inspectContainers([back.former]).catch(() => []);
  if (former?.status !== "running") return;
  report({ kind: "service put back", server: plan.server, service: plan.app, gapMs });
}
