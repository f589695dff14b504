/**
 * The words of `docker create`, apart from the environment.
 *
 * Pure: words out, unquoted. See create_script.ts for how the environment gets there.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";
import { stopSeconds } from "./container_argv.ts";
import type { ContainerSpec } from "./types.ts";

/** Limits the log files of a container to 30 MB; for engines that write json-file logs. */
export const LOG_ROTATION: readonly string[] = [
  ...["--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=3"],
];

/** The options of `docker create`, without environment and log driver. */
export function createOptions(spec: ContainerSpec): readonly string[] {
  return [
    ...["--name", spec.name, "--pull", "never", "--restart", spec.restart],
    ...recordOptions("--label", spec.labels),
    ...networkOptions(spec),
    ...eachOption("--volume", spec.volumes),
    ...eachOption("--publish", spec.ports),
    ...limitOptions(spec),
    ...recordOptions("--sysctl", spec.sysctls ?? {}),
    ...(spec.readOnly === true ? ["--read-only"] : []),
    ...eachOption("--cap-drop", spec.capDrop),
    ...eachOption("--cap-add", spec.capAdd),
    ...eachOption("--tmpfs", spec.tmpfs),
    ...healthOptions(spec.health),
    ...(spec.init === true ? ["--init"] : []),
    ...(spec.entrypoint === undefined ? [] : ["--entrypoint", spec.entrypoint]),
  ];
}

/** The image and the command's words, which come last. */
export function createOperands(spec: ContainerSpec): readonly string[] {
  return ["--", spec.image, ...(spec.command ?? [])];
}

function networkOptions(spec: ContainerSpec): readonly string[] {
  if (spec.networkOf !== undefined) return ["--network", `container:${spec.networkOf}`];
  if (spec.network === undefined) return [];
  return [
    ...["--network", spec.network],
    ...(spec.address === undefined ? [] : ["--ip", spec.address]),
    ...eachOption("--network-alias", spec.aliases),
  ];
}

function limitOptions(spec: ContainerSpec): readonly string[] {
  const { memoryBytes, cpus, stopTimeoutMs } = spec;
  return [
    ...(memoryBytes === undefined ? [] : ["--memory", `${memoryBytes}b`]),
    ...(cpus === undefined ? [] : ["--cpus", String(cpus)]),
    ...(stopTimeoutMs === undefined ? [] : ["--stop-timeout", String(stopSeconds(stopTimeoutMs))]),
  ];
}

/** Docker's command line knows only health commands that the container's shell runs. */
function healthOptions(health: ContainerSpec["health"]): readonly string[] {
  if (health === undefined) return [];
  return [
    ...["--health-cmd", quoteShell(health.command)],
    ...["--health-interval", `${health.intervalMs}ms`],
    ...["--health-timeout", `${health.timeoutMs}ms`],
    ...["--health-retries", String(health.retries)],
    ...["--health-start-period", `${health.startPeriodMs}ms`],
  ];
}

function recordOptions(
  option: string,
  record: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(record).flatMap(([key, value]) => [option, `${key}=${value}`]);
}

function eachOption(option: string, values: readonly string[] = []): readonly string[] {
  return values.flatMap((value) => [option, value]);
}
