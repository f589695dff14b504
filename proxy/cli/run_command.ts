/**
 * `luma-proxy run`: reads its flags, and runs the proxy until it is asked to stop.
 *
 * The rule: whatever has a default is decided here; the modules below are told everything.
 *
 * @module
 */
import { isIP } from "node:net";
import { availableParallelism, networkInterfaces } from "node:os";
import { join } from "node:path";
import type { MetricsAddress } from "../control/metrics_server.ts";
import { type RunOptions, runProxy, StartError } from "../control/run_proxy.ts";
import { formatAuthority } from "../health/check_health.ts";
import { VERSION } from "../version.ts";
import { LIMIT_HELP, LIMIT_SPEC, limitWords, readAccessLog, readLimits } from "./limit_flags.ts";
import { parseDuration } from "./parse_duration.ts";
import { type Flags, type FlagSpec, parseFlags } from "./parse_flags.ts";
import { LOG_CLOSE_MS, type ProxyIo, ProxyUsageError } from "./proxy_io.ts";

/** Where the proxy keeps its state, where nothing else is said. */
export const DEFAULT_STATE_DIR = "/var/lib/luma-proxy";
/** The name of the socket in the state folder. */
export const SOCKET_NAME = "control.sock";

/** What `run --help` prints. */
export const RUN_HELP = `Usage: luma-proxy run [options]

Runs the proxy until SIGTERM: then it stops accepting, and lets requests end.

Options:
  --http-port PORT        port for HTTP (80)
  --https-port PORT       port for HTTPS (443); not served in this version
  --listen ADDR           address to listen on, repeatable (0.0.0.0, and :: where IPv6 exists)
  --state-dir DIR         folder of the state (${DEFAULT_STATE_DIR})
  --socket PATH           control socket (DIR/${SOCKET_NAME})
  --workers N             worker processes (one for each core, at most 8)
  --stop-timeout TIME     time for requests to end after SIGTERM (25s)
  --takeover              take over from the proxy that runs on this socket, without a gap
  --metrics ADDR:PORT     where metrics can be read, in the text format of Prometheus (nowhere)

${LIMIT_HELP}`;

const SPEC: FlagSpec = {
  ...LIMIT_SPEC,
  "http-port": "string",
  "https-port": "string",
  listen: "list",
  "state-dir": "string",
  socket: "string",
  workers: "string",
  "stop-timeout": "string",
  takeover: "boolean",
  metrics: "string",
};
const PORTS = { min: 1, max: 65535 };
const MAX_DEFAULT_WORKERS = 8;
/** Milliseconds that the closing of streams may take at the end. */
const STREAM_CLOSE_MS = 3_000;

/** Runs the proxy; resolves with the exit code. */
export async function runCommand(args: readonly string[], io: ProxyIo): Promise<number> {
  const flags = parseFlags(args, SPEC);
  if (flags.words.length > 0) throw new ProxyUsageError(`unexpected argument "${flags.words[0]}"`);
  const httpPort = flags.integer("http-port", PORTS) ?? 80;
  const httpsPort = flags.integer("https-port", PORTS) ?? 443;
  const addresses = readListen(flags, httpPort);
  const options = readRunOptions(flags, io, addresses);
  const output = io.openLog("stdout");
  const log = (line: string) => {
    output.write(`${new Date(io.now()).toISOString()} ${line}\n`);
  };
  log(`luma-proxy ${VERSION}, process ${io.pid}, state in ${options.stateDir}`);
  log(`HTTP on ${addresses.join(", ")}; HTTPS on port ${httpsPort} is not served yet`);
  try {
    const { pid, now, monotonicNow, signal } = io;
    await runProxy(options, { pid, now, monotonicNow, log, signal });
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    io.stderr.write(`${error.message}\n${error.hint === undefined ? "" : `hint: ${error.hint}\n`}`);
    return 1;
  } finally {
    await output.close(LOG_CLOSE_MS);
  }
}

/** The socket that the flags of a command name. */
export function readSocketPath(flags: Flags): string {
  return flags.text("socket") ?? join(DEFAULT_STATE_DIR, SOCKET_NAME);
}

function readRunOptions(flags: Flags, io: ProxyIo, addresses: readonly string[]): RunOptions {
  const stateDir = flags.text("state-dir") ?? DEFAULT_STATE_DIR;
  const workers = flags.integer("workers", { min: 1, max: 256 }) ??
    Math.min(availableParallelism(), MAX_DEFAULT_WORKERS);
  const listen = addresses.flatMap((address) => ["--listen", address]);
  const stopTimeoutMs = parseDuration(flags.text("stop-timeout") ?? "25s", "stop-timeout");
  // A worker closes its streams in order before its time is over, and is killed only after it.
  const retireMs = Math.max(0, stopTimeoutMs - STREAM_CLOSE_MS);
  // Read here as well, so that what is wrong is said before anything is started.
  readLimits(flags);
  readAccessLog(flags);
  const worker = ["worker", ...listen, "--retire-ms", String(retireMs), ...limitWords(flags)];
  const metrics = readMetrics(flags);
  return {
    stateDir,
    socketPath: flags.text("socket") ?? join(stateDir, SOCKET_NAME),
    workers,
    workerArgv: [...io.selfCommand, ...worker],
    takeover: flags.has("takeover"),
    stopTimeoutMs,
    ...(metrics && { metrics }),
  };
}

function readMetrics(flags: Flags): MetricsAddress | undefined {
  const text = flags.text("metrics");
  if (text === undefined) return undefined;
  const [, host = "", port] = /^\[?([0-9a-fA-F:.]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port);
  if (isIP(host) !== 0 && number >= 1 && number <= 65535) return { host, port: number };
  throw new ProxyUsageError(
    `--metrics: expected an address and a port such as 127.0.0.1:9100, found "${text}"`,
  );
}

function readListen(flags: Flags, port: number): readonly string[] {
  const given = flags.list("listen");
  const wrong = given.find((address) => isIP(address) === 0);
  if (wrong !== undefined) {
    throw new ProxyUsageError(`--listen: expected an IP address, found "${wrong}"`);
  }
  const addresses = given.length > 0 ? given : ["0.0.0.0", ...(hasIpv6() ? ["::"] : [])];
  return addresses.map((address) => formatAuthority(address, port));
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).flat().some((address) => address?.family === "IPv6");
}
