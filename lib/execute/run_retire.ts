/**
 * Carries out the steps that take a color out of use.
 *
 * The rule: no request is cut before its time is over, and each that is cut is reported by name.
 *
 * @module
 */
import type { DrainEvent } from "../../proxy/api.ts";
import type { Step } from "../plan/types.ts";
import { ProxyError } from "../proxy_client/proxy_client.ts";
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
export async function runDrain(step: StepOf<"drain">, execution: Execution): Promise<void> {
  const { effects, base } = execution;
  const result = await drain(step, execution);
  if (result?.kind !== "drained" || result.cut.length === 0) return;
  const list = result.cut.map(({ method, path, ageMs }) =>
    `${method} ${path} (${Math.round(ageMs / 1000)} s)`
  );
  const count = list.length === 1 ? "1 request was" : `${list.length} requests were`;
  effects.report({
    kind: "warning",
    ...base,
    message: `${count} still being answered after ${step.timeoutMs / 1000} s and cut: ${
      list.join(", ")
    }`,
    hint: "deploy.drain_timeout in luma.yml sets how long a deployment waits for them",
  });
}

/** @returns The result; none where the proxy is of a version that drains only what it has a route for. */
async function drain(
  step: StepOf<"drain">,
  { effects, plan, base, signal }: Execution,
): Promise<DrainEvent | undefined> {
  const { color, timeoutMs, streamTimeoutMs } = step;
  const { project, app } = plan;
  const request = { project, app, color, timeoutMs, streamTimeoutMs };
  const onLine = (event: DrainEvent) => effects.report({ ...base, ...event });
  try {
    return await effects.proxy.call("drain", request, { onLine, signal });
  } catch (error) {
    if (error instanceof ProxyError && error.code === "unknown route") return undefined;
    throw error;
  }
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
  const { container, timeoutMs } = step;
  effects.report({ kind: "stopping", ...base, container, timeoutMs });
  progress.stopping.set(container, timeoutMs);
  const { killed, tookMs } = await effects.docker.gracefulShutdown(container, timeoutMs, signal);
  progress.stopping.delete(container);
  effects.report({ kind: "stopped", ...base, container, killed, tookMs });
  if (!killed) return;
  effects.report({
    kind: "warning",
    ...base,
    message: `${container} of "${base.app}" did not end within ${
      timeoutMs / 1000
    } s of SIGTERM and was killed`,
    hint: "Let it exit on SIGTERM (a shell script that starts it needs exec); " +
      `if it only needs longer: deploy: { stop_timeout: ${(timeoutMs * 2) / 1000}s }`,
  });
}
