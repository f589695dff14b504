/**
 * Carries out the steps of a setup.
 *
 * The rule: each step is said before it is done.
 *
 * @module
 */
import type { Docker } from "../docker/types.ts";
import { LumaError, messageOf } from "../error.ts";
import { PROXY_CONTAINER, type ProxyClient } from "../proxy_client/proxy_client.ts";
import type { Report } from "../report/events.ts";
import { LABELS } from "../state/labels.ts";
import { holderSpec, PROGRAM_STOP_MS, programSpec, type ProxyImage } from "./proxy_containers.ts";
import { explainPortInUse } from "./explain_port.ts";
import {
  describeSetupStep,
  FORMER_CONTAINER,
  HOLDER_CONTAINER,
  INGRESS_NETWORK,
  type SetupStep,
} from "./types.ts";
import type { Runner } from "../ssh/runner.ts";

const ANSWER_MS = 30_000;
const ASK_EVERY_MS = 200;
/** What a program that is to be started again has, in milliseconds; no request can reach it. */
const RESTART_MS = 5_000;
/** How much later than its own limit a program that hangs is ended. */
const STOP_MARGIN_MS = 5_000;

/** Everything that setup steps act through. */
export interface SetupEffects {
  readonly docker: Docker;
  readonly runner: Runner;
  readonly proxy: ProxyClient;
  readonly bringImage: (signal: AbortSignal) => Promise<ProxyImage>;
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: Report;
}

/** Carries out the steps in their order. */
export async function runSetup(
  steps: readonly SetupStep[],
  effects: SetupEffects,
  signal: AbortSignal,
): Promise<void> {
  let image: ProxyImage | undefined;
  const { report, docker } = effects;
  for (const step of steps) {
    signal.throwIfAborted();
    report({ kind: "setup", server: docker.server, message: describeSetupStep(step) });
    if (step.kind === "bring-image") image = await effects.bringImage(signal);
    else await runSetupStep(step, { effects, image, signal });
  }
}

interface SetupContext {
  readonly effects: SetupEffects;
  readonly image: ProxyImage | undefined;
  readonly signal: AbortSignal;
}

async function runSetupStep(
  step: Exclude<SetupStep, { readonly kind: "bring-image" }>,
  context: SetupContext,
): Promise<void> {
  const { effects: { docker }, signal } = context;
  switch (step.kind) {
    case "create-network":
      await docker.createNetworkWithAddressPlan(
        step.network,
        { [LABELS.project]: step.project },
        signal,
      );
      return;
    case "create-ingress":
      if (await docker.inspectNetwork(INGRESS_NETWORK, signal) !== undefined) return;
      return await docker.createNetwork(INGRESS_NETWORK, { [LABELS.role]: "ingress" }, signal);
    case "create-holder":
      return await createHolder(step, context);
    case "start-container":
      return await startContainer(step.container, context);
    case "remove-container":
      return await docker.removeContainer(step.container, signal);
    case "create-program":
      return await startProgram(step.settings, context);
    case "restart-program":
      await docker.gracefulShutdown(PROXY_CONTAINER, RESTART_MS, signal);
      return await docker.startContainer(PROXY_CONTAINER, signal);
    case "restore-program":
      return await restoreProgram(context.effects);
    case "replace-program":
      return await replaceProgram(step.settings, context);
    case "wait-for-proxy":
      return await waitForProxy(context.effects, signal);
    case "connect-holder":
      return await docker.connectNetwork(HOLDER_CONTAINER, step.network, signal);
  }
}

async function startProgram(settings: string, context: SetupContext): Promise<void> {
  const { effects: { docker }, signal } = context;
  await docker.createContainerWithLabels(programSpec(needImage(context), settings), signal);
  await docker.startContainer(PROXY_CONTAINER, signal);
}

async function createHolder(
  step: Extract<SetupStep, { readonly kind: "create-holder" }>,
  context: SetupContext,
): Promise<void> {
  const { effects: { docker, runner }, signal } = context;
  await docker.createContainerWithLabels(holderSpec(needImage(context), step), signal);
  try {
    await docker.startContainer(HOLDER_CONTAINER, signal);
  } catch (error) {
    await docker.removeContainer(HOLDER_CONTAINER);
    throw await explainPortInUse(error, { runner, ports: [step.httpPort, step.httpsPort], signal });
  }
}

/** While it was stopped, something else may have taken its ports. */
async function startContainer(name: string, context: SetupContext): Promise<void> {
  const { effects: { docker, runner }, signal } = context;
  try {
    await docker.startContainer(name, signal);
  } catch (error) {
    throw await explainPortInUse(error, { runner, ports: [], signal });
  }
}

/** Makes the former program the one that runs, and that Docker starts again. */
async function restoreProgram({ docker }: SetupEffects): Promise<void> {
  await docker.setRestartPolicy([FORMER_CONTAINER], "always");
  await docker.renameContainer(FORMER_CONTAINER, PROXY_CONTAINER);
}

/** The former program answers what it has begun; its container is removed then. */
async function replaceProgram(settings: string, context: SetupContext): Promise<void> {
  const { effects, signal } = context;
  const { docker } = effects;
  // One that an earlier replacement left may still be answering requests.
  await endFormer(docker, signal);
  await docker.renameContainer(PROXY_CONTAINER, FORMER_CONTAINER, signal);
  await docker.setRestartPolicy([FORMER_CONTAINER], "no", signal);
  try {
    await startProgram(settings, context);
    await waitForProxy(effects, signal);
  } catch (error) {
    // The next one may have taken over by now; what is left undone, the next setup does.
    if (signal.aborted) throw error;
    await docker.removeContainer(PROXY_CONTAINER);
    await restoreProgram(effects);
    throw error;
  }
  await endFormer(docker, signal);
}

/**
 * One that handed over drains and ends by itself, and SIGTERM asks it for the same; one that hangs, or
 * never handed over, would stay for ever.
 */
async function endFormer(docker: Docker, signal: AbortSignal): Promise<void> {
  const [former] = await docker.inspectContainers([FORMER_CONTAINER], signal);
  if (former?.status === "running") {
    await docker.gracefulShutdown(FORMER_CONTAINER, PROGRAM_STOP_MS + STOP_MARGIN_MS, signal);
  }
  await docker.removeContainer(FORMER_CONTAINER, signal);
}

async function waitForProxy(effects: SetupEffects, signal: AbortSignal): Promise<void> {
  const { proxy, docker, now, wait } = effects;
  const deadline = now() + ANSWER_MS;
  while (true) {
    try {
      await proxy.call("status", {}, { signal });
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (now() > deadline) throw await noAnswerError(docker, error, signal);
    }
    await wait(ASK_EVERY_MS, signal);
  }
}

async function noAnswerError(
  docker: Docker,
  cause: unknown,
  signal: AbortSignal,
): Promise<LumaError> {
  const logs = await docker.containerLogs(PROXY_CONTAINER, 10, signal).catch(() => []);
  return new LumaError(
    `Cannot set up ${docker.server}: luma-proxy does not answer: ${messageOf(cause)}` +
      (logs.length === 0 ? "" : `\n${logs.map((line) => `  luma-proxy | ${line}`).join("\n")}`),
    { cause, hint: `Look at it with: docker logs ${PROXY_CONTAINER}` },
  );
}

function needImage({ image }: SetupContext): ProxyImage {
  if (image !== undefined) return image;
  throw new LumaError("Cannot create a container of luma-proxy before its image is there", {
    exitCode: 1,
  });
}
