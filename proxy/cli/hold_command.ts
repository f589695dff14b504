/**
 * `luma-proxy hold`: the program of the container that owns the proxy's network namespace.
 *
 * The rule: it does nothing while a proxy answers. After a restart of Docker the proxy's own container
 * may stay down: Docker starts it before the one whose network it joins, fails, and does not try again.
 * As a stand-by, this program then runs the proxy itself, until another one takes over.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { isAnswered } from "../control/control_socket.ts";
import { selfEnvironment } from "../control/self_command.ts";
import { parseDuration } from "./parse_duration.ts";
import { type FlagSpec, parseFlags } from "./parse_flags.ts";
import type { ProxyIo } from "./proxy_io.ts";
import { readSocketPath } from "./run_command.ts";

/** What `hold --help` prints. */
export const HOLD_HELP = `Usage: luma-proxy hold [options]

Owns the network namespace of the proxy until SIGTERM, so that the proxy itself can be replaced
without losing its ports and networks.

Options:
  --standby          run the proxy here while nobody answers on its control socket
  --standby-after T  how long nobody has to answer before (5s)
  --socket PATH      control socket (/var/lib/luma-proxy/control.sock)
`;

const SPEC: FlagSpec = { standby: "boolean", "standby-after": "string", socket: "string" };
const ASK_EVERY_MS = 1_000;

/** Waits until the process is asked to end; resolves with the exit code. */
export async function holdCommand(args: readonly string[], io: ProxyIo): Promise<number> {
  const flags = parseFlags(args, SPEC);
  const socketPath = readSocketPath(flags);
  const afterMs = parseDuration(flags.text("standby-after") ?? "5s", "standby-after");
  let answeredAtMs = io.monotonicNow();
  while (!io.signal.aborted) {
    if (flags.has("standby")) {
      if (await isAnswered(socketPath)) answeredAtMs = io.monotonicNow();
      else if (io.monotonicNow() - answeredAtMs >= afterMs) {
        await runStandby(socketPath, io);
        answeredAtMs = io.monotonicNow();
      }
    }
    await sleep(ASK_EVERY_MS, undefined, { signal: io.signal }).catch(() => undefined);
  }
  return 0;
}

/** Runs the proxy in a process of its own until another proxy has taken over, or it ends. */
async function runStandby(socketPath: string, io: ProxyIo): Promise<void> {
  const log = (line: string) => io.stdout.write(`${new Date(io.now()).toISOString()} ${line}\n`);
  log(`nobody answers on ${socketPath}: this container runs the proxy until another one does`);
  const [program = "", ...words] = io.selfCommand;
  const child = spawn(program, [...words, "run", "--takeover", "--socket", socketPath], {
    stdio: ["ignore", "inherit", "inherit"],
    env: selfEnvironment(process.env),
  });
  const stop = () => void child.kill("SIGTERM");
  io.signal.addEventListener("abort", stop, { once: true });
  try {
    log(`the proxy of this container ended: ${await endOf(child)}`);
  } finally {
    io.signal.removeEventListener("abort", stop);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `status ${code}`));
  });
}
