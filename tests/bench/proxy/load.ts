/**
 * Makes load on a proxy with programs that others wrote, and reads what they say.
 *
 * The rule: an answer that is not a 2xx, or a connection that failed, fails the benchmark: a proxy that
 * answers errors fast would win otherwise.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../../lab/run_tool.ts";

/** What was answered. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** The 99th percentile of the time of a request, in milliseconds. */
  readonly p99Ms: number;
}

/** Requests for one proxy. */
export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** The hosts that requests name, in turn. */
  readonly hosts: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** The processors that make the load. */
  readonly cpus: string;
  /** A folder for scripts. */
  readonly folder: string;
  readonly method?: "GET" | "POST";
  readonly bodyBytes?: number;
  /** Every request opens a connection of its own. */
  readonly closes?: boolean;
}

/** Loads with wrk, as fast as the proxy can. */
export async function runWrk(options: LoadOptions): Promise<LoadResult> {
  const { port, path, connections, seconds, cpus, folder } = options;
  const script = join(folder, "wrk.lua");
  writeFileSync(script, wrkScript(options));
  const threads = cpus.split(",").length;
  const flags = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script];
  const url = `http://127.0.0.1:${port}${path}`;
  const text = await runTool(["taskset", "-c", cpus, "wrk", ...flags, url], {
    timeoutMs: (seconds + 60) * 1000,
  });
  const errors = /Non-2xx.*|Socket errors.*/.exec(text)?.[0];
  if (errors !== undefined) throw new Error(`${url}: ${errors}`);
  const [, count, took] = /(\d+) requests in ([\d.]+)s/.exec(text) ?? [];
  const p99 = /99%\s+([\d.]+)(us|ms|s)/.exec(text);
  return { requests: Number(count), seconds: Number(took), p99Ms: toMs(p99?.[1], p99?.[2]) };
}

function wrkScript(
  { hosts, method = "GET", bodyBytes = 0, closes = false, path }: LoadOptions,
): string {
  const headers = closes ? `, ["Connection"] = "close"` : "";
  return `local hosts = { ${hosts.map((host) => `"${host}"`).join(", ")} }
local body = ${bodyBytes === 0 ? "nil" : `string.rep("x", ${bodyBytes})`}
local requests = {}
init = function()
  for index, host in ipairs(hosts) do
    local headers = { ["Host"] = host${headers} }
    requests[index] = wrk.format("${method}", "${path}", headers, body)
  end
end
local turn = 0
request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
`;
}

function toMs(value: string | undefined, unit: string | undefined): number {
  return Number(value) * (unit === "us" ? 0.001 : unit === "s" ? 1000 : 1);
}

/**
 * Loads with h2load at a steady rate, and measures from when a request was due to be sent.
 *
 * @param rate Requests in a second, over all connections.
 */
export async function runAtRate(options: LoadOptions, rate: number): Promise<LoadResult> {
  const { port, path, hosts, connections, seconds, cpus, folder } = options;
  const log = join(folder, "h2load.log");
  writeFileSync(log, "");
  const each = Math.max(1, Math.round(rate / connections));
  const flags = ["--h1", `-c${connections}`, "-t1", `--rps=${each}`, `-D${seconds}`];
  const head = [`--connect-to=127.0.0.1:${port}`, `--log-file=${log}`];
  const url = `http://${hosts[0]}${path}`;
  const text = await runTool(["taskset", "-c", cpus, "h2load", ...flags, ...head, url], {
    timeoutMs: (seconds + 60) * 1000,
  });
  if (!/, 0 failed, 0 errored/.test(text)) throw new Error(`${url}: ${text}`);
  // Each line: when it began, the status, and how long it took in microseconds.
  const rows = readFileSync(log, "utf8").trim().split("\n").map((line) => line.split("\t"));
  const took = rows.map(([, , microseconds]) => Number(microseconds)).sort((a, b) => a - b);
  const p99Ms = (took[Math.floor(took.length * 0.99)] ?? NaN) / 1000;
  return { requests: took.length, seconds, p99Ms };
}
