/**
 * Prints a plan as text, for people and for tests.
 *
 * Pure. The rule: one line a step, with what it acts on; a cause is said where it changes.
 *
 * @module
 */
import type { AliasChange } from "../docker/types.ts";
import { describeServiceStep, isServiceStep } from "./service_step.ts";
import type { AppStep, Plan, PlannedHealth } from "./types.ts";

/** The plan, a line a step, without a line end. */
export function formatPlan(plan: Plan): string {
  return [formatHeadline(plan), ...formatGap(plan), ...formatSteps(plan)].join("\n");
}

/** The lines of a plan's steps, with their phases above them. */
export function formatSteps(plan: Plan): readonly string[] {
  const lines: string[] = [];
  let phase = "";
  let cause = plan.causes.join(", ");
  for (const step of plan.steps) {
    if (step.phase !== phase) lines.push(`  ${step.phase}`);
    const why = step.cause === cause ? "" : `  (${step.cause})`;
    lines.push(
      `    ${step.kind.padEnd(18)} ${
        isServiceStep(step) ? describeServiceStep(step) : describeStep(step)
      }${why}`.trimEnd(),
    );
    phase = step.phase;
    cause = step.cause;
  }
  return lines;
}

function formatHeadline({ server, app, from, to, replicas, causes, steps }: Plan): string {
  if (to === undefined) {
    const active = from === undefined ? "" : ` (${from})`;
    return `[${server}] ${app}${active}: ${
      steps.length === 0 ? "nothing to do" : "to be repaired"
    }`;
  }
  const count = replicas === 1 ? "" : `, ${replicas} replicas`;
  return `[${server}] ${app}: ${from ?? "nothing"} → ${to}${count}: ${causes.join(", ")}`;
}

function formatGap({ gap, app }: Plan): readonly string[] {
  if (gap === undefined) return [];
  return [`  in place: from ${gap.from} until ${gap.until[0]}, nothing of ${app} serves`];
}

/** What a step acts on. */
function describeStep(step: AppStep): string {
  switch (step.kind) {
    case "create-replica":
      return `${step.spec.name} at ${step.spec.address}`;
    case "start-replica":
    case "remove-container":
      return step.container;
    case "start-again":
      return names(step.containers);
    case "stop-container":
      return `${step.container}: SIGTERM, at most ${seconds(step.timeoutMs)}`;
    case "check-health":
      return `${names(step.replicas.map(({ container }) => container))}: ${
        describeHealth(step.health)
      }, at most ${seconds(step.budgetMs)}`;
    case "set-restart-policy":
      return `${names(step.containers)}: ${step.policy}`;
    case "hold":
      return "new requests are answered 503";
    case "add-alias":
    case "drop-alias":
      return describeAlias(step.change);
    case "switch":
      return `requests to ${names(step.endpoints.map(({ name }) => name))}`;
    case "watch":
      return `at most ${seconds(step.durationMs)}`;
    case "confirm":
    case "switch-back":
      return step.generation === "new" ? "" : `generation ${step.generation}`;
    case "drain":
      return describeDrain(step);
    case "remove-route":
      return "the proxy forgets the app";
    case "tag-image":
      return step.tag;
    case "prune":
      return `images and receipts of all but ${step.keep} former deployments`;
  }
}

function describeDrain(
  { color, timeoutMs, streamTimeoutMs }: Extract<AppStep, { readonly kind: "drain" }>,
): string {
  return `${color}: requests at most ${seconds(timeoutMs)}, streams ${seconds(streamTimeoutMs)}`;
}

function describeHealth(health: PlannedHealth): string {
  switch (health.by) {
    case "proxy":
      return `GET ${health.options.path}`;
    case "docker":
      return "the image's HEALTHCHECK";
    case "command":
      return `\`${health.command.join(" ")}\``;
    case "running":
      return `runs ${seconds(health.forMs)}`;
  }
}

function describeAlias({ containers }: AliasChange): string {
  return containers.map(({ name, aliases }) => `${name}: ${aliases.join(", ") || "no alias"}`).join(
    "; ",
  );
}

function names(list: readonly string[]): string {
  return list.join(", ");
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
