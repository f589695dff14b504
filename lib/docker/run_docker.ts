/**
 * Runs one docker command and turns a failure into a DockerError.
 *
 * The rule: a status other than 0 is an error here, unless the caller names the failures that it expects.
 *
 * @module
 */
import { hideSecrets } from "../config/hide_secrets.ts";
import type { Command, Output, Runner } from "../ssh/runner.ts";
import { type DockerFailure, explainDockerFailure } from "./docker_error.ts";

/** A docker command. */
export interface DockerCall {
  /** What it does, for people: `start the container "blog-green"`. */
  readonly action: string;
  readonly argv: readonly string[];
  readonly stdin?: string | AsyncIterable<Uint8Array>;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onErrorLine?: ((line: string) => void) | undefined;
  readonly consume?: Command["consume"] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: two minutes, after which a daemon that does not answer is given up. `Infinity`: no limit. */
  readonly timeoutMs?: number;
  /** Failures that are none to the caller; what was printed is returned then. */
  readonly expected?: readonly DockerFailure[];
  /** Texts that must not appear in an error. */
  readonly secrets?: readonly string[];
}

const TIMEOUT_MS = 120_000;

/**
 * Runs a docker command.
 *
 * @returns What it wrote to standard output.
 * @throws {DockerError} When it failed.
 */
export async function runDocker(runner: Runner, call: DockerCall): Promise<string> {
  const output = await runDockerCommand(runner, call);
  if (output.status === 0) return output.stdout;
  const words = hideSecrets(wordsOf(output), call.secrets ?? []);
  const facts = { server: runner.server, action: call.action, words };
  const error = explainDockerFailure(facts);
  if (call.expected?.includes(error.kind)) return output.stdout;
  if (error.kind !== "permission") throw error;
  throw explainDockerFailure({ ...facts, user: await askUser(runner, call.signal) });
}

/** Whom Docker refuses is on the server: ssh's configuration may have chosen the user. */
async function askUser(runner: Runner, signal?: AbortSignal): Promise<string | undefined> {
  const output = await runner.run({
    argv: ["id", "-un"],
    timeoutMs: TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  return output.status === 0 ? output.stdout.trim() : undefined;
}

/** Runs a docker command whose status the caller reads. */
export function runDockerCommand(runner: Runner, call: DockerCall): Promise<Output> {
  const { argv, stdin, onLine, onErrorLine, consume, signal, timeoutMs = TIMEOUT_MS } = call;
  return runner.run({
    argv,
    ...(stdin === undefined ? {} : { stdin }),
    ...(onLine === undefined ? {} : { onLine }),
    ...(onErrorLine === undefined ? {} : { onErrorLine }),
    ...(consume === undefined ? {} : { consume }),
    ...(signal === undefined ? {} : { signal }),
    ...(timeoutMs === Infinity ? {} : { timeoutMs }),
  });
}

function wordsOf(output: Output): string {
  return output.stderr.trim() === "" ? `docker ended with status ${output.status}` : output.stderr;
}
