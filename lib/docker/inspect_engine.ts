/**
 * Asks an engine how it is set up, beyond what deployments need to know.
 *
 * The rule: how much could be cleared away may take an engine long to count; then it is not told.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { readObject, readString, readStrings } from "./read_json.ts";
import { runDocker, runDockerCommand } from "./run_docker.ts";

/** How an engine is set up. */
export interface EngineDetails {
  /** `overlay2`. */
  readonly storageDriver: string;
  /** Containers go on while the daemon is restarted. */
  readonly liveRestore: boolean;
  /** `json-file`, `local`, `journald`. */
  readonly loggingDriver: string;
  /** What the engine itself warns of. */
  readonly warnings: readonly string[];
  /** What images take that no container uses; none where it was not counted in time. */
  readonly reclaimableBytes?: number;
}

const COUNT_MS = 20_000;

/** The details of the engine that `runner` reaches. */
export async function inspectEngine(runner: Runner, signal: AbortSignal): Promise<EngineDetails> {
  const format = ["--format", "{{json .}}"];
  const [info, usage] = await Promise.all([
    runDocker(runner, {
      action: "look at Docker",
      argv: ["docker", "info", ...format],
      signal,
    }),
    countUsage(runner, ["docker", "system", "df", ...format], signal),
  ]);
  return { ...parseEngine(info), ...parseReclaimable(usage) };
}

async function countUsage(
  runner: Runner,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  try {
    const call = { action: "count what images take", argv, signal, timeoutMs: COUNT_MS };
    return (await runDockerCommand(runner, call)).stdout;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && "kind" in error && error.kind === "timed-out") return "";
    throw error;
  }
}

/** Reads the JSON of `docker info`. */
export function parseEngine(json: string): Omit<EngineDetails, "reclaimableBytes"> {
  const info = readObject(JSON.parse(json));
  return {
    storageDriver: readString(info["Driver"]),
    liveRestore: info["LiveRestoreEnabled"] === true,
    loggingDriver: readString(info["LoggingDriver"]),
    warnings: readStrings(info["Warnings"]).map((line) => line.replace(/^WARNING: /, "")),
  };
}

/** Reads the line about images of `docker system df`: `"Reclaimable": "181.3MB (61%)"`. */
export function parseReclaimable(lines: string): { readonly reclaimableBytes?: number } {
  for (const line of lines.split("\n")) {
    if (!line.startsWith("{")) continue;
    const item = readObject(JSON.parse(line));
    if (item["Type"] !== "Images") continue;
    const [, number, unit = ""] = /^([\d.]+)([kMGT]?)B/.exec(readString(item["Reclaimable"])) ?? [];
    if (number === undefined) continue;
    return { reclaimableBytes: Number(number) * 1000 ** " kMGT".indexOf(unit || " ") };
  }
  return {};
}
