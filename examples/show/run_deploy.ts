/**
 * Runs `luma deploy` as a person would, and tells what it said of the deployment.
 *
 * The rule: this is the one module of the show that knows the command's `--json`.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Event } from "../../lib/report/events.ts";

/** What a deployment came to. */
export interface Deployment {
  readonly exitCode: number;
  readonly outcome: "deployed" | "unchanged" | "switched back" | "refused";
  /** Requests that the old color was answering at the switch; none where there was no switch. */
  readonly inFlightAtSwitch?: number;
  /** Requests and streams of the old color that ended by themselves after the switch. */
  readonly drained?: number;
  /** WebSockets and event streams that were closed in order. */
  readonly closed?: number;
  readonly cut?: number;
  readonly tookMs: number;
  readonly error?: string;
}

/** Tells that the command ended in a way that only a bug explains. */
export class DeployCrash extends Error {}

/** The demo makes it before the show begins. */
const LUMA = fileURLToPath(new URL("../../dist/luma", import.meta.url));

/**
 * Runs `luma deploy blog` with a configuration file.
 *
 * @param onEvent Told every event as it comes.
 * @throws {DeployCrash} When it does not end as documented.
 */
export async function runDeploy(
  file: string,
  onEvent: (event: Event) => void,
  signal: AbortSignal,
): Promise<Deployment> {
  const startedAtMs = Date.now();
  // In a group of its own: a Ctrl-C reaches it through `signal` alone, and once.
  const child = spawn(LUMA, ["deploy", "blog", "-c", file, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  const events: Event[] = [];
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (stdout + text).split("\n");
    stdout = lines.pop() ?? "";
    for (const line of lines) {
      const event = JSON.parse(line) as Event;
      events.push(event);
      onEvent(event);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve(status ?? 1));
  });
  signal.removeEventListener("abort", stop);
  if (exitCode === 1) throw new DeployCrash(`luma deploy ended with 1: ${stderr || stdout}`);
  return describeDeployment(events, exitCode, Date.now() - startedAtMs);
}

/** What the events of a deployment say. Pure. */
export function describeDeployment(
  events: readonly Event[],
  exitCode: number,
  tookMs: number,
): Deployment {
  const find = <Kind extends Event["kind"]>(kind: Kind) =>
    events.findLast((event): event is Extract<Event, { kind: Kind }> => event.kind === kind);
  const switched = find("switched");
  const drained = find("drained");
  const error = find("error");
  return {
    exitCode,
    tookMs,
    outcome: find("deployed")
      ? "deployed"
      : find("switched back")
      ? "switched back"
      : find("unchanged")
      ? "unchanged"
      : "refused",
    ...(switched === undefined ? {} : { inFlightAtSwitch: switched.inFlight }),
    ...(drained === undefined ? {} : {
      drained: drained.completed,
      closed: drained.closed.length,
      cut: drained.cut.length,
    }),
    ...(error === undefined ? {} : { error: error.message }),
  };
}
