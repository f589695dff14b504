/**
 * Operations on containers.
 *
 * The rule: a name means the container of exactly that name. Docker itself also takes the beginning of an
 * id, so that a name made of hexadecimal digits could mean a stranger.
 *
 * @module
 */
import type { Output, Runner } from "../ssh/runner.ts";
import { awaitRemoval } from "./await_removal.ts";
import * as argv from "./container_argv.ts";
import { DockerError, explainDockerFailure } from "./docker_error.ts";
import { parseContainers } from "./parse_container.ts";
import { runDocker, runDockerCommand } from "./run_docker.ts";
import type { Container, ContainerSpec, ExecCommand } from "./types.ts";

/** Finds all containers, stopped ones too, that have every label. */
export async function findContainersByLabel(
  runner: Runner,
  labels: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Container[]> {
  const stdout = await runDocker(runner, {
    action: `find the containers with ${labels.join(", ")}`,
    argv: argv.findByLabelArgv(labels),
    // One that went away between the listing and its inspection.
    expected: ["no-container"],
    signal,
  });
  return parseContainers(stdout);
}

/** Finds the running containers that one of these ports of the server leads to. */
export async function findPublishers(
  runner: Runner,
  ports: readonly number[],
  signal?: AbortSignal,
): Promise<readonly Container[]> {
  const stdout = await runDocker(runner, {
    action: `find who publishes the ports ${ports.join(", ")}`,
    argv: argv.findByPortArgv(ports),
    expected: ["no-container"],
    signal,
  });
  return parseContainers(stdout);
}

/** Inspects named containers; those that do not exist are left out. */
export async function inspectContainers(
  runner: Runner,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Container[]> {
  if (names.length === 0) return [];
  const stdout = await runDocker(runner, {
    action: `inspect ${names.map((name) => `"${name}"`).join(", ")}`,
    argv: argv.inspectContainersArgv(names),
    expected: ["no-container"],
    signal,
  });
  const found = parseContainers(stdout).filter(({ id, name }) =>
    names.includes(name) || names.includes(id)
  );
  // Two words, a name and the beginning of its id, can mean one container.
  return [...new Map(found.map((container) => [container.id, container])).values()];
}

/**
 * Finds the word by which Docker surely means the container `name`: the name itself, or the id where the
 * name could be the beginning of another one's id.
 *
 * @throws {DockerError} When there is no such container.
 */
export async function resolveContainer(
  runner: Runner,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  if (!/^[0-9a-f]{1,63}$/.test(name)) return name;
  const [found] = await inspectContainers(runner, [name], signal);
  if (found !== undefined) return found.id;
  const words = `No such container: ${name}`;
  throw explainDockerFailure({ server: runner.server, action: `find "${name}"`, words });
}

/** Starts a container. @throws {AddressTakenError} When another container has its address. */
export async function startContainer(
  runner: Runner,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const exact = await resolveContainer(runner, name, signal);
  const action = `start the container "${name}"`;
  await runDocker(runner, { action, argv: argv.startArgv(exact), signal });
}

/** Gives a container another name. */
export async function renameContainer(
  runner: Runner,
  names: { readonly from: string; readonly to: string },
  signal?: AbortSignal,
): Promise<void> {
  const exact = await resolveContainer(runner, names.from, signal);
  const action = `rename the container "${names.from}" to "${names.to}"`;
  await runDocker(runner, { action, argv: argv.renameArgv(exact, names.to), signal });
}

/** Removes a container; a missing one is no error, nor is one that is being removed already. */
export async function removeContainer(
  runner: Runner,
  { name, keepVolumes }: { readonly name: string; readonly keepVolumes: boolean },
  signal?: AbortSignal,
): Promise<void> {
  const exact = await resolveContainer(runner, name, signal).catch((error: unknown) => {
    if (error instanceof DockerError && error.kind === "no-container") return undefined;
    throw error;
  });
  if (exact === undefined) return;
  const remove = async (): Promise<DockerError | undefined> => {
    try {
      await runDocker(runner, {
        action: `remove the container "${name}"`,
        argv: keepVolumes ? argv.removeKeepingVolumesArgv(exact) : argv.removeArgv(exact),
        expected: ["no-container"],
        signal,
      });
      return undefined;
    } catch (error) {
      if (error instanceof DockerError && error.kind === "removal-under-way") return error;
      throw error;
    }
  };
  const failure = await awaitRemoval(remove, (error) => error !== undefined, { signal });
  if (failure !== undefined) throw failure;
}

/** Changes the restart policy of containers. */
export async function setRestartPolicy(
  runner: Runner,
  change: { readonly names: readonly string[]; readonly policy: ContainerSpec["restart"] },
  signal?: AbortSignal,
): Promise<void> {
  if (change.names.length === 0) return;
  const exact = await Promise.all(
    change.names.map((name) => resolveContainer(runner, name, signal)),
  );
  await runDocker(runner, {
    action: `set the restart policy of ${change.names.map((name) => `"${name}"`).join(", ")}`,
    argv: argv.updateRestartArgv(exact, change.policy),
    signal,
  });
}

/** Reads the newest log lines, oldest first. */
export async function containerLogs(
  runner: Runner,
  log: { readonly name: string; readonly lines: number },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const exact = await resolveContainer(runner, log.name, signal);
  const action = `read the log of "${log.name}"`;
  const command = argv.logsArgv(exact, log.lines);
  const output = await runDockerCommand(runner, { action, argv: command, signal });
  const text = output.stdout;
  if (output.status !== 0) {
    // Both streams are one there, so docker's own words come last in the text.
    const words = `${text}\n${output.stderr}`.trim().split("\n").at(-1) ?? "";
    throw explainDockerFailure({ server: runner.server, action, words });
  }
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** Runs a command inside a container. @throws {DockerError} When Docker could not even try. */
export async function execInContainer(
  runner: Runner,
  container: string,
  command: ExecCommand,
): Promise<Output> {
  const { stdin, onLine, signal } = command;
  const exact = await resolveContainer(runner, container, signal);
  const action = `run \`${command.argv[0]}\` in "${container}"`;
  const output = await runDockerCommand(runner, {
    action,
    argv: argv.execArgv(exact, command),
    ...(stdin === undefined ? {} : { stdin }),
    onLine,
    signal,
    timeoutMs: Infinity,
  });
  if (!isDockersOwn(output)) return output;
  throw explainDockerFailure({ server: runner.server, action, words: output.stderr });
}

/** Whether docker itself failed, and not the command: it says so in one line and nothing else. */
function isDockersOwn({ status, stdout, stderr }: Output): boolean {
  if (stdout !== "") return false;
  if (status === 1) {
    return /^(Error response from daemon|Error|Cannot connect|Got permission denied|permission denied while|error during connect|failed to connect)\b.*\n?$/
      .test(stderr) && /container|daemon|docker/i.test(stderr);
  }
  return status === 127 && /docker: (command )?not found/.test(stderr);
}
