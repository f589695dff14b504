/**
 * docker's command lines about containers.
 *
 * Pure: words out, unquoted. No value of an environment variable is ever among them.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";
import type { ContainerSpec, ExecCommand } from "./types.ts";

/** Inspects what exists of all containers with every label, in one remote command. */
export function findByLabelArgv(labels: readonly string[]): readonly string[] {
  return inspectListed(["docker", "ps", "-aq", "--no-trunc", ...labels.flatMap(labelFilter)]);
}

/** Inspects the running containers that one of these ports of the server leads to. */
export function findByPortArgv(ports: readonly number[]): readonly string[] {
  const filters = ports.flatMap((port) =>
    ["tcp", "udp"].flatMap((protocol) => ["--filter", `publish=${port}/${protocol}`])
  );
  return inspectListed(["docker", "ps", "-q", "--no-trunc", ...filters]);
}

function inspectListed(list: readonly string[]): readonly string[] {
  // An inspect without names is an error; the ids are hexadecimal and need no quotes.
  const script = `ids=$(${quoteShell(list)}) || exit
[ -z "$ids" ] || exec docker container inspect $ids`;
  return ["sh", "-c", script];
}

/** Inspects named containers. */
export function inspectContainersArgv(names: readonly string[]): readonly string[] {
  return ["docker", "container", "inspect", "--", ...names];
}

/** Starts a container. */
export function startArgv(name: string): readonly string[] {
  return ["docker", "start", "--", name];
}

/** Gives a container another name. */
export function renameArgv(from: string, to: string): readonly string[] {
  return ["docker", "rename", "--", from, to];
}

/**
 * Stops a container that runs, and prints `true` or `false`, whether it ran, and its exit code, a line each.
 *
 * @param timeoutMs Between SIGTERM and SIGKILL; Docker counts in whole seconds.
 */
export function stopArgv(name: string, timeoutMs: number): readonly string[] {
  const inspect = (format: string) =>
    quoteShell(["docker", "container", "inspect", "--format", format, "--", name]);
  const stop = quoteShell(["docker", "stop", "-t", String(stopSeconds(timeoutMs)), "--", name]);
  const script = `ran=$(${inspect("{{.State.Running}}")}) || exit
echo "$ran"
[ "$ran" = false ] || ${stop} >/dev/null || exit
${inspect("{{.State.ExitCode}}")}`;
  return ["sh", "-c", script];
}

/** The whole seconds that Docker waits for at least `timeoutMs`. */
export function stopSeconds(timeoutMs: number): number {
  return Math.max(0, Math.ceil(timeoutMs / 1000));
}

/** Removes a container with its anonymous volumes, also while it runs. */
export function removeArgv(name: string): readonly string[] {
  return ["docker", "rm", "--force", "--volumes", "--", name];
}

/** Removes a container, also while it runs; its volumes stay, those without a name too. */
export function removeKeepingVolumesArgv(name: string): readonly string[] {
  return ["docker", "rm", "--force", "--", name];
}

/** Changes the restart policy. */
export function updateRestartArgv(
  names: readonly string[],
  policy: ContainerSpec["restart"],
): readonly string[] {
  return ["docker", "update", "--restart", policy, "--", ...names];
}

/** Prints the newest log lines, standard output and error in the order in which docker has them. */
export function logsArgv(name: string, lines: number): readonly string[] {
  const logs = quoteShell(["docker", "logs", "--tail", String(lines), "--", name]);
  return ["sh", "-c", `exec ${logs} 2>&1`];
}

/** Runs a command inside a container. */
export function execArgv(container: string, command: ExecCommand): readonly string[] {
  const interactive = command.stdin === undefined ? [] : ["--interactive"];
  return ["docker", "exec", ...interactive, "--", container, ...command.argv];
}

/** Runs a command inside a container, with the streams of whoever runs this. */
export function execAttachedArgv(
  container: string,
  { command, tty }: { readonly command: readonly string[]; readonly tty: boolean },
): readonly string[] {
  const terminal = tty ? ["--tty"] : [];
  return ["docker", "exec", "--interactive", ...terminal, "--", container, ...command];
}

function labelFilter(label: string): readonly string[] {
  return ["--filter", `label=${label}`];
}
