/**
 * Sets a server up as far as a project needs it.
 *
 * The rule: `luma setup` and the first `luma deploy` do the same, under the server's own lock.
 *
 * @module
 */
import type { ProxyConfig } from "../config/types.ts";
import { acquireLease } from "../lock/lease_lock.ts";
import { identifyProcess, isProcessAlive } from "../lock/this_process.ts";
import { ensureProxyImage, type ImageProgress } from "../proxy_image/ensure_proxy_image.ts";
import type { Report } from "../report/events.ts";
import { planSetup } from "../setup/plan_setup.ts";
import type { ProxyImage } from "../setup/proxy_containers.ts";
import { runSetup } from "../setup/run_setup.ts";
import type { SetupStep } from "../setup/types.ts";
import { observeServer } from "../state/observe_server.ts";
import type { ServerState } from "../state/types.ts";
import { VERSION } from "../version.ts";
import { monotonicNow, type Session, sessionOver, wait } from "./session.ts";

/** What a server is set up for. */
export interface PrepareOptions {
  readonly project: string;
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
  const { project, proxy, signal, upgrade, networkOnly = false } = options;
  const wanted = upgrade && !networkOnly
    ? (await bringImage(session, options)).reference
    : undefined;
  const plan = (now: ServerState) =>
    planSetup(now, {
      project,
      proxy,
      networkOnly,
      ...(wanted === undefined ? {} : { wantedImage: wanted }),
    });
  if (plan(state).length === 0) return undefined;
  const lock = await acquireLease(session.runner, {
    ...identifyProcess(),
    file: `${state.facts.home}/locks/setup.lock`,
    subject: "setup",
    action: "set up",
    hint: "Wait until that run has ended, then run the same command again",
    isAlive: isProcessAlive,
    signal,
  });
  try {
    const held = sessionOver(lock.runner);
    // Another run may have done it while the lock was waited for.
    const now = await observeServer(held, { project, mode: "write", docker: state.docker, signal });
    const steps = plan(now);
    await runSetup(steps, setupEffects(held, options), AbortSignal.any([signal, lock.lost]));
    return steps;
  } finally {
    await lock.release();
  }
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

async function bringImage(
  { docker, runner }: Session,
  options: PrepareOptions,
): Promise<ProxyImage> {
  const { proxy, report, signal } = options;
  let said = "";
  return await ensureProxyImage({
    docker,
    runner,
    version: VERSION,
    // A registry's name for it is not the project's own yet: what is pulled by it could be anybody's.
    published: false,
    compress: !options.isLocal,
    report: (progress) => {
      const message = describeImageProgress(progress);
      if (message !== said) report({ kind: "setup", server: docker.server, message });
      said = message;
    },
    signal,
    ...(proxy.image === undefined ? {} : { configured: proxy.image }),
  });
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
