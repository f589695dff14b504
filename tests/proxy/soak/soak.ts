/**
 * `tests/soak`: the whole proxy, as it ships, under good and abusive clients, while it is switched and killed.
 *
 * The rule: one worker lives through all of it, so that what leaks can be seen.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Color, Endpoint } from "../../../proxy/api.ts";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { startLoad } from "../../load/start_load.ts";
import { findFreePort, type RealProxy, startRealProxy } from "../control/fixtures/real_proxy.ts";
import { routeOptions } from "../control/fixtures/requests.ts";
import { abuse, describeAbuse } from "./abusive_clients.ts";
import { judgeSoak, type Kill } from "./judge_soak.ts";
import { type ProcessSample, sampleProcess } from "./process_samples.ts";

const KEY = { project: "shop", app: "blog" };
const SWITCH_EVERY_MS = 2_000;
const KILL_EVERY_MS = 20_000;
const SAMPLE_EVERY_MS = 1_000;
const RATE_PER_SECOND = 100;
/** Longer than idle connections to upstreams are kept. */
const QUIET_MS = 8_000;

/** An app in a process of its own. */
interface Upstream {
  readonly endpoint: Endpoint;
  readonly process: ChildProcess;
}

/** What goes on beside the clients. */
interface Course {
  readonly proxy: RealProxy;
  readonly kills: Kill[];
  readonly samples: Map<number, ProcessSample[]>;
  readonly signal: AbortSignal;
}

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
process.exitCode = await soak(Number(values.minutes) * 60_000) ? 0 : 1;

async function soak(forMs: number): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), "luma-soak-"));
  const upstreams = await Promise.all([startUpstream("blue"), startUpstream("green")]);
  const program = await ensureHostExecutable("luma-proxy");
  const proxy = await startRealProxy(dir, await findFreePort(), { program });
  try {
    return await run(proxy, upstreams, forMs);
  } finally {
    await proxy.stop();
    for (const upstream of upstreams) upstream.process.kill("SIGKILL");
    rmSync(dir, { recursive: true });
  }
}

async function run(
  proxy: RealProxy,
  upstreams: readonly [Upstream, Upstream],
  forMs: number,
): Promise<boolean> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const course: Course = { proxy, kills: [], samples: new Map(), signal };
  await switchTo(proxy, upstreams[0], 0);
  const [oldest] = await listWorkers(proxy);
  if (oldest === undefined) throw new Error("the proxy has no worker");
  const watched = [["control", proxy.process.pid ?? 0], ["oldest worker", oldest]] as const;
  const before = watched.map(([, pid]) => sampleProcess(pid, 0)?.files ?? 0);
  say(`${forMs / 60_000} minutes; abusive clients: ${describeAbuse()}`);

  const load = startLoad({
    address: "127.0.0.1",
    port: proxy.port,
    host: "blog.com",
    ratePerSecond: RATE_PER_SECOND,
  });
  const abusing = abuse(proxy.port, signal);
  const loops = [
    every(SWITCH_EVERY_MS, signal, (turn) => switchTo(proxy, upstreams[(turn + 1) % 2]!, turn + 1)),
    every(KILL_EVERY_MS, signal, () => killNewest(course, oldest)),
    every(SAMPLE_EVERY_MS, signal, () => takeSamples(course, watched.map(([, pid]) => pid))),
  ];
  await Promise.race([sleep(forMs), Promise.all(loops)]);
  stopping.abort();
  await Promise.all(loops);
  await load.stop();
  await abusing;
  await sleep(QUIET_MS);

  const { workers } = await readStatus(proxy);
  const verdict = judgeSoak({
    requests: load.samples,
    kills: course.kills,
    survivors: watched.map(([name, pid], index) => ({
      name,
      samples: course.samples.get(pid) ?? [],
      filesBefore: before[index] ?? 0,
      filesAfter: sampleProcess(pid, 0)?.files ?? Infinity,
    })),
    warmUpMs: Math.min(60_000, forMs / 3),
    connectionsLeft: workers.reduce((sum, { connections }) => sum + connections, 0),
  });
  for (const line of verdict.lines) say(line);
  say(verdict.isGood ? "The soak is good" : "The soak is not good");
  return verdict.isGood;
}

/** One after the other, `act` is never called twice at a time. */
async function every(
  ms: number,
  signal: AbortSignal,
  act: (turn: number) => Promise<void> | void,
): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    await sleep(ms, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await act(turn);
  }
}

/** Switches as a deployment does, and lets the old color's streams end. */
async function switchTo(proxy: RealProxy, upstream: Upstream, generation: number): Promise<void> {
  const color = upstream.endpoint.name as Color;
  await proxy.call("switch", {
    ...KEY,
    expectedGeneration: generation,
    color,
    deployment: `d${generation + 1}`,
    endpoints: [upstream.endpoint],
    options: routeOptions("blog.com"),
  });
  if (generation === 0) return;
  const old = color === "blue" ? "green" : "blue";
  await proxy.call("drain", { ...KEY, color: old, timeoutMs: 200, streamTimeoutMs: 200 });
}

async function killNewest({ proxy, kills }: Course, oldest: number): Promise<void> {
  const newest = (await listWorkers(proxy)).findLast((pid) => pid !== oldest);
  if (newest === undefined) return;
  const atMs = Date.now();
  process.kill(newest, "SIGKILL");
  while (isAlive(newest)) await sleep(5);
  kills.push({ atMs, goneMs: Date.now() });
}

/** Whether there is such a process, a dead one that its parent has not looked at included. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function takeSamples({ samples }: Course, pids: readonly number[]): void {
  for (const pid of pids) {
    const sample = sampleProcess(pid, Date.now());
    if (sample === undefined) throw new Error(`process ${pid} is gone`);
    samples.set(pid, [...samples.get(pid) ?? [], sample]);
  }
}

async function readStatus(proxy: RealProxy) {
  const [status] = await proxy.call("status", {});
  if (status === undefined) throw new Error("the proxy has no status");
  return status;
}

async function listWorkers(proxy: RealProxy): Promise<readonly number[]> {
  return (await readStatus(proxy)).workers.map(({ pid }) => pid);
}

async function startUpstream(color: Color): Promise<Upstream> {
  const port = await findFreePort();
  const script = fileURLToPath(new URL("../../../examples/blog/server.ts", import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: String(port), VERSION: color },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  return { endpoint: { address: "127.0.0.1", port, name: color }, process: child };
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
