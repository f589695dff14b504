/**
 * Operations that look at images as archives and layers, to bring them from one Docker to another.
 *
 * The rule: an archive is handed on as it comes, at the pace of whoever takes it; none of it is kept.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { explainDockerFailure } from "./docker_error.ts";
import { readStrings } from "./read_json.ts";
import { runDocker, runDockerCommand } from "./run_docker.ts";
import { listLayersArgv, saveArgv } from "./transfer_argv.ts";

/** Lists the layers of every image that an engine has, the lowest first. */
export async function listLayerChains(
  runner: Runner,
  signal?: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const action = "list the layers of its images";
  const lines = await runDocker(runner, { action, argv: listLayersArgv(), signal });
  return lines.split("\n").filter((line) => line.trim() !== "")
    .map((line) => readStrings(JSON.parse(line)));
}

/**
 * Writes an image as an archive, which `consume` reads.
 *
 * @throws {DockerError} When the engine cannot write it.
 * @throws What `consume` throws.
 */
export async function saveImage(
  runner: Runner,
  reference: string,
  options: {
    readonly consume: (archive: AsyncIterable<Uint8Array>) => Promise<void>;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const action = `read the image "${reference}"`;
  let enough = false;
  let failure: { readonly error: unknown } | undefined;
  const consume = async (archive: AsyncIterable<Uint8Array>) => {
    try {
      await options.consume(archive);
      enough = true;
    } catch (error) {
      // An engine that failed tells more than what its half an archive led to.
      failure = { error };
    }
  };
  const { signal } = options;
  const output = await runDockerCommand(runner, {
    action,
    argv: saveArgv(reference),
    consume,
    signal,
    timeoutMs: Infinity,
  });
  signal?.throwIfAborted();
  if (enough || output.status === 0) {
    if (failure !== undefined) throw failure.error;
    return;
  }
  const isBroken = /broken pipe|file already closed/i.test(output.stderr);
  if (failure !== undefined && (isBroken || output.stderr.trim() === "")) throw failure.error;
  throw explainDockerFailure({ server: runner.server, action, words: output.stderr });
}
