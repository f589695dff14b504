/**
 * Carries out the steps that take a color out of use.
 *
 * The rule: no request is cut before its time is over, and each that is cut is reported by name.
 *
 * @module
 */
import type { DrainEvent } from "../../proxy/api.ts";
import type { Step } from "../plan/types.ts";
import type { Execution } from "./types.ts";

type StepOf<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** Takes the alias from replicas, without cutting a connection. */
export async function runDropAlias(
  step: StepOf<"drop-alias">,
  execution: Execution,
): Promise<void> {
  const { effects, progress, signal } = execution;
  await effects.docker.switchNetworkAlias(step.change, signal);
  progress.aliasDroppedAtMs = effects.now();
}

/** Waits until the proxy has no request of the color left. */
export async function runDrain(
  step: StepOf<"drain">,
  { effects, plan, base, signal }: Execution,
): Promise<void> {
  const onLine = (event: DrainEvent) => effects.report({ ...base, ...event });
  const { project, app } = plan;
  const { color, timeoutMs, streamTimeoutMs } = step;
  const result = await effects.proxy.call("drain", {
    project,
    app,
    color,
    timeoutMs,
    streamTimeoutMs,
  }, {
    onLine,
    signal,
  });
  if (result.kind !== "drained" || result.cut.length === 0) return;
  const list = result.cut.map(({ method, path, ageMs }) =>
    `${method} ${path} (${Math.round(ageMs / 1000)} s)`
  );
  effects.report({
    kind: "warning",
    ...base,
    message: `${result.cut.length} requests were still being answered after ${
      timeoutMs / 1000
    } s and are cut: ${list.join(", ")}`,
    hint: "deploy.drain_timeout in luma.yml sets how long a deployment waits for them",
  });
}

/** Ends a container with SIGTERM, when clients that had just resolved its alias are through. */
export async function runStopContainer(
  step: StepOf<"stop-container">,
  execution: Execution,
): Promise<void> {
  const { effects, progress, base, signal } = execution;
  const sinceAliasMs = progress.aliasDroppedAtMs === undefined
    ? Infinity
    : effects.now() - progress.aliasDroppedAtMs;
  if (sinceAliasMs < step.afterAliasMs) {
    await effects.wait(step.afterAliasMs - sinceAliasMs, signal);
  }
  const shutdown = await effects.docker.gracefulShutdown(step.container, step.timeoutMs, signal);
  if (!shutdown.killed) return;
  effects.report({
    kind: "warning",
    ...base,
    message: `${step.container} did not end within ${
      step.timeoutMs / 1000
    } s of SIGTERM and was killed`,
    hint: "An app has to exit on SIGTERM; started by a shell script, that needs `exec`",
  });
}
