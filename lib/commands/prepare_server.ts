/**
 * Sets a server up as far as a project needs it.
 *
 * The rule: `luma setup` and the first `luma deploy` do the same, under the server's own lock.
 *
 * @module
 */
import type { ProxyConfig } from "../config/types.ts";
import {
  type EnsureOptions,
  ensureProxyImage,
  type ImageProgress,
  nameProxyImage,
} from "../proxy_image/ensure_proxy_image.ts";
import type { Report } from "../report/events.ts";
import { requireAddressPlan } from "../plan/require_address_plan.ts";
import { planSetup } from "../setup/plan_setup.ts";
import type { ProxyImage } from "../setup/proxy_containers.ts";
import { runSetup } from "../setup/run_setup.ts";
import type { SetupStep } from "../setup/types.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import { VERSION } from "../version.ts";
import { monotonicNow, type Session, wait } from "./session.ts";
import { withSetupLock } from "./setup_lock.ts";

/** What a server is set up for. */
export interface PrepareOptions {
  /** None: for any. */
  readonly project?: string | undefined;
  readonly proxy: ProxyConfig;
  /** The server is this machine: nothing is compressed on its way there. */
  readonly isLocal: boolean;
  /** Replaces a proxy that runs another image than this version's. */
  readonly upgrade: boolean;
  /** Nothing of the project is served there: it needs no proxy. */
  readonly networkOnly?: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that network and proxy are there.
 *
 * @returns The steps that were taken, also where another run had taken them while its lock was waited
 * for; nothing where `state` has everything.
 */
export async function prepareServer(
  session: Session,
  state: ServerState,
  options: PrepareOptions,
): Promise<readonly SetupStep[] | undefined> {
  const { project, proxy, report, signal, upgrade, networkOnly = false } = options;
  if (project !== undefined) requireAddressPlan(state, project);
  const wanted = upgrade && !networkOnly
    ? await nameProxyImage({ ...imageOptions(session, options), signal })
    : undefined;
  const plan = (now: ServerState) =>
    planSetup(now, {
      project,
      proxy,
      networkOnly,
      ...(wanted === undefined ? {} : { wantedImage: wanted }),
    });
  if (plan(state).length === 0) return undefined;
  return await withSetupLock(
    session,
    { home: state.facts.home, signal },
    async (held, whileHeld) => {
      // Another run may have done it while the lock was waited for.
      const now = await observeServer(held, {
        project,
        mode: "write",
        docker: state.docker,
        report,
        signal,
      });
      const steps = plan(now);
      await runSetup(steps, setupEffects(held, options), whileHeld);
      return steps;
    },
  );
}

function setupEffects(session: Session, options: PrepareOptions): Parameters<typeof runSetup>[1] {
  return {
    ...session,
    bringImage: () => bringImage(session, options),
    now: monotonicNow,
    wait,
    report: options.report,
  };
}

async function bringImage(session: Session, options: PrepareOptions): Promise<ProxyImage> {
  const { report, signal } = options;
  let said = "";
  return await ensureProxyImage({
    ...imageOptions(session, options),
    compress: !options.isLocal,
    report: (progress) => {
      const message = describeImageProgress(progress);
      if (message !== said) report({ kind: "setup", server: session.docker.server, message });
      said = message;
    },
    signal,
  });
}

/** What {@linkcode prepareServer} would do to a server with Docker that is to be brought up to date. */
export async function planPreparation(
  session: Session,
  { project, proxy, signal }: Pick<PrepareOptions, "project" | "proxy" | "signal">,
): Promise<readonly SetupStep[]> {
  const [state, wantedImage] = await Promise.all([
    observeServer(session, { project, mode: "read", signal }),
    nameProxyImage({ ...imageOptions(session, { proxy }), signal }),
  ]);
  return planSetup(state, { project, proxy, wantedImage });
}

function imageOptions(
  { docker, runner }: Session,
  { proxy }: Pick<PrepareOptions, "proxy">,
): EnsureOptions {
  return {
    docker,
    runner,
    version: VERSION,
    // A registry's name for it is not the project's own yet: what is pulled by it could be anybody's.
    published: false,
    ...(proxy.image === undefined ? {} : { configured: proxy.image }),
  };
}

function describeImageProgress(progress: ImageProgress): string {
  switch (progress.kind) {
    case "pulling":
      return `Pulling ${progress.reference}`;
    case "not pulled":
      return `${progress.reference} could not be pulled (${progress.reason}); it is made here`;
    case "preparing":
      return `Making ${progress.reference}`;
    case "sending":
      return `Sending ${progress.reference}`;
  }
}
