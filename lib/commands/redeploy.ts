/**
 * `luma redeploy [app…]`: deploys the same configuration anew; with `--if-changed`, only the apps whose
 * image reference means another image by now.
 *
 * The rule: a look that finds nothing to do says nothing and ends well, so that it can be repeated for
 * ever; what it does not find in order to judge (an app that never ran, one that is being deployed) it
 * leaves alone. Nothing is built: an app that is built is deployed with what was built last.
 *
 * @module
 */
import type { AppConfig } from "../config/types.ts";
import type { Container } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import { LockHeldError } from "../lock/lease_lock.ts";
import { createBriefReport } from "../report/brief_report.ts";
import type { Report } from "../report/events.ts";
import { describeError } from "../report/report_error.ts";
import { readAppState } from "../state/app_state.ts";
import type { AppState } from "../state/types.ts";
import { bringImage } from "./bring_image.ts";
import type { CommandContext } from "./context.ts";
import { deploy, type DeployLook, deployToServer, refuseUnsupported } from "./deploy.ts";
import { selectApps, serverOf } from "./session.ts";

/** What is redeployed, and when. */
export interface RedeployOptions {
  /** None: all apps. */
  readonly apps: readonly string[];
  /** Only where the image changed; otherwise every app. */
  readonly ifChanged: boolean;
  /** Reports every step, and why an app was left alone. */
  readonly verbose: boolean;
}

/**
 * Redeploys the named apps.
 *
 * With `ifChanged` each app is looked at, also where another one failed: a broken image of one app keeps
 * no other from its new version.
 *
 * @throws The error with the highest exit code; the others are reported.
 */
export async function redeploy(options: RedeployOptions, context: CommandContext): Promise<void> {
  if (!options.ifChanged) {
    return await deploy({ apps: options.apps, force: true, skipBuild: true }, context);
  }
  const report = options.verbose ? context.report : createBriefReport(context.report);
  const brief = { ...context, report };
  const apps = selectApps(context.config, options.apps);
  refuseUnsupported(apps, brief);
  let worst: LumaError | undefined;
  for (const app of apps) {
    const failure = await lookAfter(app, brief);
    if (failure === undefined) continue;
    const [lesser, greater] = worst !== undefined && worst.exitCode < failure.exitCode
      ? [worst, failure]
      : [failure, worst];
    if (greater !== undefined) report(describeError(lesser, false));
    worst = greater ?? lesser;
  }
  if (worst !== undefined) throw worst;
}

/** @returns Why it failed, where a person can do something about it. */
async function lookAfter(app: AppConfig, context: CommandContext): Promise<LumaError | undefined> {
  const { report, signal } = context;
  const base = { server: serverOf(context.config, app).name, app: app.name };
  let looked = false;
  let fromImage = "";
  const look: DeployLook = async (session, state, held) => {
    looked = true;
    const running = imagesInUse(readAppState(state, held.config.name, app.name), base, report);
    if (running === undefined) return undefined;
    const { image } = await bringImage(app, { session, state, pull: true, skipBuild: true }, held);
    fromImage = running.find((id) => id !== image.id) ?? "";
    if (fromImage !== "") return image;
    report({ kind: "unchanged", ...base });
    return undefined;
  };
  try {
    await deployToServer(app, { apps: [app.name], force: false, look }, {
      ...context,
      report: (event) => {
        report(event);
        if (event.kind !== "deployed") return;
        const { causes, imageId: toImage } = event.receipt;
        report({ kind: "redeployed", ...base, causes, fromImage, toImage });
      },
    });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LumaError)) throw error;
    if (looked || !(error instanceof LockHeldError)) return error;
    report({ kind: "left alone", ...base, reason: "deployment under way" });
    return undefined;
  }
}

/** Ids of the images that the active color runs; none, and said so, where nothing of it runs. */
function imagesInUse(
  state: AppState,
  base: { readonly server: string; readonly app: string },
  report: Report,
): readonly string[] | undefined {
  const active = state.active === undefined ? [] : state[state.active];
  if (active.some(({ container }) => isInUse(container))) {
    return active.map(({ container }) => container.imageId);
  }
  const reason = active.length === 0 ? "never deployed" : "not running";
  report({ kind: "left alone", ...base, reason });
  return undefined;
}

/** One that crashes and is started again counts: a new image may be its cure. */
function isInUse({ status }: Container): boolean {
  return status === "running" || status === "restarting";
}
