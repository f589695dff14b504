/**
 * What is measured: each scenario is a kind of load, and what of it is told.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, p99Of } from "./compare.ts";
import { type LoadOptions, type LoadResult, runSteadily, runWrk } from "./load.ts";
import { switchLuma } from "./luma_peer.ts";
import { listPeers, type Peer, type PeerSetup } from "./peers.ts";
import type { Running } from "./processes.ts";
import { echoFrames, openIdle } from "./raw_clients.ts";
import type { Measurement } from "./results.ts";
import { ECHO_PORT, FIXED_PORTS } from "./upstream.ts";

/** A proxy under one scenario. */
export interface Site {
  readonly peer: Peer;
  readonly running: Running;
  readonly setup: PeerSetup;
  readonly load: LoadOptions;
  /** Requests in a second, where the rate is steady. */
  readonly steadyRate: number;
}

/** A kind of load. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** How many hosts are routed, and how many replicas each has. */
  readonly routes?: { readonly hosts: number; readonly replicas: number };
  readonly upstream?: "fixed" | "echo";
  readonly accessLog?: boolean;
  /** Who takes part; all unless given. */
  readonly peers?: readonly string[];
  /** Every processor takes part, for the proxy and for the load. */
  readonly allCores?: boolean;
  run(site: Site): Promise<Measurement>;
  /** What comes before it; the same unless given. */
  warmUp?(site: Site): Promise<Measurement>;
}

const wrk = (changes: Partial<LoadOptions>) => (site: Site): Promise<Measurement> =>
  measured(site, () => runWrk({ ...site.load, ...changes }));

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "small", title: "GET of 100 bytes, kept alive", run: wrk({}) },
  { name: "10k", title: "GET of 10 kB, kept alive", run: wrk({ path: "/10k" }) },
  { name: "new", title: "a new connection for each request", run: wrk({ closes: true }) },
  {
    name: "post",
    title: "POST of 1 kB",
    upstream: "echo",
    run: wrk({ method: "POST", bodyBytes: 1024 }),
  },
  { name: "download", title: "download of 10 MB", run: wrk({ path: "/10m", connections: 8 }) },
  {
    name: "upload",
    title: "upload of 10 MB",
    upstream: "echo",
    run: wrk({ method: "POST", bodyBytes: 10 * 1024 * 1024, connections: 8 }),
  },
  {
    name: "routes",
    title: "32 routes with 4 replicas each",
    routes: { hosts: 32, replicas: 4 },
    run: wrk({}),
  },
  { name: "websocket", title: "WebSocket echo of 100 bytes", upstream: "echo", run: echoes },
  {
    name: "idle",
    title: "100 busy beside 5,000 idle connections",
    run: besideIdle,
    // Memory that idle connections had before would be used again, and not counted.
    warmUp: wrk({ connections: 100 }),
  },
  { name: "log", title: "GET of 100 bytes, access log on", accessLog: true, run: wrk({}) },
  {
    name: "steady",
    title: "GET of 100 bytes at a steady rate, about half load",
    // The others cannot answer at this rate.
    peers: ["nginx", "HAProxy", "luma-proxy"],
    run: steady,
  },
  {
    name: "switching",
    title: "the same, a switch every second",
    peers: ["luma-proxy"],
    run: switching,
    warmUp: steady,
  },
  { name: "cores", title: "GET of 100 bytes on all processors", allCores: true, run: wrk({}) },
];

/** Measures what `act` costs the proxy. */
async function measured(site: Site, act: () => Promise<LoadResult>): Promise<Measurement> {
  const before = site.running.cpuMicroseconds();
  const result = await act();
  return { ...result, cpuMicroseconds: site.running.cpuMicroseconds() - before };
}

async function echoes(site: Site): Promise<Measurement> {
  const { port, hosts: [host = ""], seconds } = site.load;
  return await measured(site, async () => {
    const timesMs = await echoFrames({ port, host, connections: 50, seconds });
    const sorted = Float64Array.from(timesMs).sort();
    const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
    return { requests: sorted.length, seconds, p99Ms };
  });
}

const IDLE_CONNECTIONS = 5_000;
const SWITCH_EVERY_MS = 1_000;
const SWITCH_TURNS = 2;

async function besideIdle(site: Site): Promise<Measurement> {
  const { port, hosts: [host = ""] } = site.load;
  const before = site.running.memoryBytes();
  const close = await openIdle(port, host, IDLE_CONNECTIONS);
  const idleBytes = (site.running.memoryBytes() - before) / IDLE_CONNECTIONS;
  try {
    const result = await measured(site, () => runWrk({ ...site.load, connections: 100 }));
    return { ...result, idleBytes };
  } finally {
    close();
  }
}

async function steady(site: Site): Promise<Measurement> {
  return await measured(site, () => runSteadily(site.load, site.steadyRate));
}

/** In turn without a switch and with one every second, in the same process: so both compare. */
async function switching(site: Site): Promise<Measurement> {
  const calm: Measurement[] = [];
  const switched: Measurement[] = [];
  let generation = 1;
  for (let turn = 0; turn < SWITCH_TURNS; turn++) {
    calm.push(await steady(site));
    const over = new AbortController();
    const [measurement, next] = await Promise.all([
      steady(site).finally(() => over.abort()),
      keepSwitching(site, generation, over.signal),
    ]);
    switched.push(measurement);
    generation = next;
  }
  const total = (figure: Figure, of = switched) =>
    of.reduce((sum, each) => sum + (figure(each) ?? 0), 0);
  return {
    cpuMicroseconds: total(({ cpuMicroseconds }) => cpuMicroseconds),
    requests: total(({ requests }) => requests),
    seconds: total(({ seconds }) => seconds),
    lost: total(({ lost }) => lost, [...calm, ...switched]),
    p99Ms: total(p99Of) / SWITCH_TURNS,
    unswitchedP99Ms: total(p99Of, calm) / SWITCH_TURNS,
  };
}

/** @returns The generation that serves at the end. */
async function keepSwitching(
  { setup, load }: Site,
  generation: number,
  signal: AbortSignal,
): Promise<number> {
  const { hosts: [host = ""] } = load;
  let current = generation;
  while (!signal.aborted) {
    const ports = [FIXED_PORTS[current % FIXED_PORTS.length] ?? 0];
    await switchLuma(setup.folder, { app: "s0", host, ports, generation: current });
    current++;
    await sleep(SWITCH_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return current;
}

/** The routes that a scenario wants. */
export function routesOf({ routes, upstream }: Scenario): PeerSetup["routes"] {
  const { hosts, replicas } = routes ?? { hosts: 1, replicas: 1 };
  const ports = upstream === "echo" ? [ECHO_PORT] : FIXED_PORTS.slice(0, replicas);
  return Array.from({ length: hosts }, (_, index) => ({ host: `h${index}.example`, ports }));
}

/** Who takes part in a scenario. */
export function peersOf(scenario: Scenario, programs: string): readonly Peer[] {
  const { name: scenarioName, accessLog = false, peers } = scenario;
  return listPeers(programs).filter(({ name, missing, logs, only }) =>
    missing === undefined && (logs || !accessLog) && (peers?.includes(name) ?? true) &&
    (only?.includes(scenarioName) ?? true)
  );
}
