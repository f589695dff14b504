/**
 * `luma-proxy worker`: what the control process starts; people do not.
 *
 * The rule: a worker is ended by its control process alone: through its standard input, or by force.
 *
 * @module
 */
import process from "node:process";
import { parseTarget } from "../control/parse_request.ts";
import { observeDescriptors, planDescriptors } from "../worker/descriptor_limit.ts";
import type { FromWorker } from "../worker/protocol.ts";
import { runWorker } from "../worker/run_worker.ts";
import { LIMIT_SPEC, readAccessLog, readLimits } from "./limit_flags.ts";
import { parseFlags } from "./parse_flags.ts";
import { LOG_CLOSE_MS, type ProxyIo } from "./proxy_io.ts";

/** Runs a worker; resolves with the exit code. */
export async function workerCommand(args: readonly string[], io: ProxyIo): Promise<number> {
  const flags = parseFlags(args, { ...LIMIT_SPEC, listen: "list", "retire-ms": "string" });
  const retireMs = flags.integer("retire-ms", { min: 0, max: 2 ** 31 - 1 });
  const limits = readLimits(flags);
  const accessLog = readAccessLog(flags);
  const listen = flags.list("listen").map((address) => {
    const { host, port } = parseTarget(address, "--listen");
    return { host, port };
  });
  // Ctrl-C reaches the whole process group: only the control process may answer it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  const errors = io.openLog("stderr");
  await runWorker({
    listen,
    settings: {
      ...limits,
      ...planDescriptors(observeDescriptors(), limits.maxConnections),
      ...(retireMs !== undefined && { retireMs }),
    },
    ...(accessLog && { accessLog }),
    input: io.stdin,
    send: (message: FromWorker) => {
      io.stdout.write(`${JSON.stringify(message)}\n`);
    },
    now: io.now,
    monotonicNow: io.monotonicNow,
    signal: new AbortController().signal,
    log: (line: string) => {
      errors.write(`${new Date(io.now()).toISOString()} worker ${io.pid}: ${line}\n`);
    },
  }).finally(() => errors.close(LOG_CLOSE_MS));
  return 0;
}
