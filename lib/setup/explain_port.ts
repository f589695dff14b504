/**
 * Names the program that uses a port which the proxy needs.
 *
 * The rule: an error that says only "address already in use" leaves the person to search.
 *
 * @module
 */
import { LumaError, messageOf } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import { parseSockets } from "../state/port_holders.ts";

/** What is looked for. */
export interface PortSearch {
  readonly runner: Runner;
  readonly ports: readonly number[];
  readonly signal: AbortSignal;
}

/** The error itself, or one that names what listens on the ports, where that is the reason. */
export async function explainPortInUse(
  error: unknown,
  { runner, ports, signal }: PortSearch,
): Promise<unknown> {
  if (!/port is already allocated|address already in use/i.test(messageOf(error))) return error;
  const output = await runner.run({ argv: ["ss", "-Hltnp"], timeoutMs: 10_000, signal });
  const programs = output.status === 0 ? parseListeners(output.stdout, ports) : [];
  const who = programs.length === 0 ? "another program" : programs.join(", ");
  return new LumaError(
    `Cannot start luma-proxy on ${runner.server}: ${who} already uses its port`,
    {
      cause: error,
      hint: `Stop it (for a container: docker ps --filter publish=${ports[0]}), ` +
        "or choose other ports with proxy.http_port and proxy.https_port in luma.yml",
    },
  );
}

/** The programs that listen on `ports`, of the lines of `ss -Hltnp`: `nginx (process 12) on port 80`. */
export function parseListeners(text: string, ports: readonly number[]): readonly string[] {
  const found = parseSockets(text, "tcp").filter(({ port }) => ports.includes(port));
  return [...new Set(found.map(({ name, port }) => `${name} on port ${port}`))];
}
