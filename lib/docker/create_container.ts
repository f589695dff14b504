/**
 * Creates containers.
 *
 * The rule: the environment goes over standard input.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { formatCreateScript } from "./create_script.ts";
import { DockerError } from "./docker_error.ts";
import { runDocker } from "./run_docker.ts";
import type { ContainerSpec } from "./types.ts";

/**
 * Creates a container; it is not started.
 *
 * @returns Its id.
 * @throws {AddressTakenError} When `exclusiveAddress` is asked for and another container has it.
 * @throws {DockerError} When Docker refuses.
 */
export async function createContainerWithLabels(
  runner: Runner,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<string> {
  const action = `create the container "${spec.name}"`;
  const stdout = await runDocker(runner, {
    action,
    argv: ["sh", "-s"],
    stdin: formatCreateScript(spec),
    secrets: Object.values(spec.secrets).map((secret) => secret.reveal()),
    signal,
  });
  const id = stdout.trim().split("\n").at(-1) ?? "";
  if (/^[0-9a-f]{64}$/.test(id)) return id;
  throw new DockerError("other", `Cannot ${action} on ${runner.server}: docker gave no id`);
}
