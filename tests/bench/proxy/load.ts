/**
 * Makes load on a proxy in processes of their own, and reads what they say.
 *
 * The rule: an answer that is not a 2xx, or a connection that failed, fails the run, or is counted where
 * that is asked: a proxy that answers errors fast would win otherwise.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "../../lab/run_tool.ts";
import type { SteadyResult } from "./steady_client.ts";

/** What a load generator measures that cannot run is no result. */
const MAX_HALTED_SHARE = 0.5;

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

/** Loads at a steady rate, and goes on after what is lost. See steady_client.ts. */
export async function runSteadily(
  { port, hosts: [host = ""], seconds, cpus }: LoadOptions,
  rate: number,
): Promise<LoadResult & { readonly lost: number }> {
  const client = fileURLToPath(new URL("steady_client.ts", import.meta.url));
  const warmUpSeconds = 1;
  const options = { port, host, rate, seconds, warmUpSeconds, connections: 64 };
  const text = await runTool(
    ["taskset", "-c", cpus, process.execPath, client, JSON.stringify(options)],
    { timeoutMs: (seconds + 60) * 1000 },
  );
  const { answered, lost, p99Ms, haltedShare } = JSON.parse(text) as SteadyResult;
  if (haltedShare > MAX_HALTED_SHARE) {
    const percent = Math.round(haltedShare * 100);
    throw new Error(
      `the load generator was halted for ${percent} % of the time: something else uses its processor`,
    );
  }
  return { requests: answered, seconds: seconds + warmUpSeconds, lost, p99Ms };
}
