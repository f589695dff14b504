/**
 * A deployment that is ended in the middle.
 *
 * The rule: the step at which it ends is awaited, as the deployment itself reports it.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { StepKind } from "../../../lib/plan/types.ts";
import type { Ended, Project, Running } from "./project.ts";

/** The steps of a deployment that replaces a color, in their order. */
export const STEPS: readonly StepKind[] = [
  "create-replica",
  "start-replica",
  "check-health",
  "set-restart-policy",
  "add-alias",
  "switch",
  "watch",
  "confirm",
  "drop-alias",
  "drain",
  "tag-image",
  "prune",
  "stop-container",
  "remove-container",
];

/** Starts `luma --json deploy`. */
export function startDeploy(
  { start }: Pick<Project, "start">,
  ...args: readonly string[]
): Running {
  return start("--json", "deploy", ...args);
}

/** Waits until the deployment begins `step`. @throws When it ends before. */
export async function untilStep(deployment: Running, step: StepKind): Promise<void> {
  const begun = new RegExp(`"kind":"step",.*"step":"${step}"`);
  await deployment.until(begun);
  const ended = await Promise.race([deployment.ended, Promise.resolve(undefined)]);
  if (ended !== undefined && !begun.test(ended.stdout)) {
    throw new Error(`The deployment ended before ${step}: ${ended.stdout}${ended.stderr}`);
  }
}

/** How long each step took, in milliseconds, as `luma --json deploy` printed it. */
export function readStepTimes({ stdout }: Ended): ReadonlyMap<StepKind, number> {
  const times = new Map<StepKind, number>();
  for (const line of stdout.trim().split("\n")) {
    const event = JSON.parse(line) as {
      readonly kind: string;
      readonly step: StepKind;
      readonly tookMs: number;
    };
    if (event.kind === "step done") times.set(event.step, event.tookMs);
  }
  return times;
}

/**
 * Ends luma at once, as a crash does; one that came to its own end before is left as it is.
 *
 * @returns The processes that it had started, which go on.
 */
export async function crash(deployment: Running): Promise<readonly number[]> {
  // It must not start another one between the look and the kill.
  if (!pause(deployment)) return [];
  const left = listDescendants(deployment.pid);
  deployment.kill("SIGKILL");
  await exited(deployment.pid);
  return left;
}

/** Stops luma where it is, until SIGCONT. @returns False where it has ended. */
export function pause({ pid }: Running): boolean {
  try {
    return process.kill(pid, "SIGSTOP");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Waits until every process has ended. @throws When one has not after `limitMs`. */
export async function waitUntilGone(pids: readonly number[], limitMs = 90_000): Promise<void> {
  const giveUpAtMs = performance.now() + limitMs;
  for (const pid of pids) {
    while (isAlive(pid)) {
      if (performance.now() > giveUpAtMs) {
        throw new Error(`Process ${pid} goes on after ${limitMs} ms: ${commandOf(pid)}`);
      }
      await sleep(10);
    }
  }
}

/** Looks until there is something, and gives it. @throws When there is nothing after `limitMs`. */
export async function waitFor<Found>(
  look: () => Promise<Found | undefined>,
  limitMs = 60_000,
): Promise<Found> {
  const giveUpAtMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAtMs) throw new Error(`Nothing after ${limitMs} ms`);
    await sleep(50);
  }
}

/** The processes below `pid`, children before their own. */
export function listDescendants(pid: number): readonly number[] {
  const parents = new Map(
    readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) =>
      [Number(name), readStat(Number(name)).parent] as const
    ),
  );
  const found: number[] = [pid];
  for (const parent of found) {
    for (const [child, of] of parents) if (of === parent) found.push(child);
  }
  return found.slice(1);
}

/** The command line of a process; empty where it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

async function exited(pid: number): Promise<void> {
  await waitUntilGone([pid]);
}

function isAlive(pid: number): boolean {
  return !["Z", "X", ""].includes(readStat(pid).state);
}

function readStat(pid: number): { readonly state: string; readonly parent: number } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent = ""] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return { state: "", parent: 0 };
  }
}
