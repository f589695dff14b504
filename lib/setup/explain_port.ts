/**
 * Names whoever uses a port which the proxy needs, when Docker could not have it.
 *
 * The rule: an error that says only "address already in use" leaves the person to search.
 *
 * @module
 */
import { classifyDockerFailure } from "../docker/docker_error.ts";
import { LumaError, messageOf } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import { observeMachine } from "./observe_machine.ts";
import { explainPortUsers, findPortUsers } from "./port_users.ts";

/** What is looked for. */
export interface PortSearch {
  readonly runner: Runner;
  /** Those that the proxy was to have; Docker's own words may say more exactly which. */
  readonly ports: readonly number[];
  readonly signal: AbortSignal;
}

/** The error itself, or one that names what has the ports, where that is the reason. */
export async function explainPortInUse(
  error: unknown,
  { runner, ports, signal }: PortSearch,
): Promise<unknown> {
  const words = messageOf(error);
  if (classifyDockerFailure(words) !== "port-in-use") return error;
  const named = /:(\d+)(?: failed)?: (?:port is already|bind: )/.exec(words)?.[1];
  const wanted = named === undefined ? ports : [Number(named)];
  const users = findPortUsers(wanted, await observeMachine(runner, signal));
  const known = users.length > 0 ? users : wanted.map((port) => ({
    port,
    who: "another program",
    stop: `ss -ltnp 'sport = :${port}'`,
  }));
  const { reason, hint } = explainPortUsers(runner.server, known);
  return new LumaError(`Cannot start luma-proxy on ${runner.server}: ${reason}`, {
    cause: error,
    hint,
  });
}
