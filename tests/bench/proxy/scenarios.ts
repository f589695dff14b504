/**
 * What is measured: each scenario is a kind of load, and what of it is told.
 *
 * @module
 */
import { join } from "node:path";
import { type LoadOptions, type LoadResult, runAtRate, runWrk } from "./load.ts";
import { listPeers, type Peer, type PeerSetup, switchLuma } from "./peers.ts";
import type { Running } from "./processes.ts";
import { echoFrames, openIdle } from "./raw_clients.ts";
import { ECHO_PORT, FIXED_PORTS } from "./upstream.ts";

/** What one run of one proxy gave. */
export interface Measurement {
  readonly cpuMicroseconds: number;
  readonly requests: number;
  readonly seconds: number;
  readonly p99Ms?: number;
  /** Memory for one idle connection, in bytes. */
  readonly idleBytes?: number;
}

/** A proxy under one scenario. */
export interface Site {
  readonly peer: Peer;
  readonly running: Running;
  readonly setup: PeerSetup;
  readonly load: LoadOptions;
  /** Folder of luma-proxy. */
  readonly programs: string;
}

/** A kind of load. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** How many hosts are routed, and how many replicas each has. */
  readonly routes?: { readonly hosts: number; readonly replicas: number };
  readonly upstream?: "fixed" | "echo";
  readonly accessLog?: boolean;
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
  { name: "steady", title: "GET of 100 bytes at half of nginx's rate", run: steady },
  { name: "switching", title: "the same, a switch every second", run: switching, warmUp: steady },
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
    const requests = await echoFrames({ port, host, connections: 50, seconds });
    return { requests, seconds, p99Ms: NaN };
  });
}

const IDLE_CONNECTIONS = 5_000;

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

/** Requests in a second that every proxy but the slowest can answer on half a processor. */
const STEADY_RATE = 12_000;

async function steady(site: Site): Promise<Measurement> {
  return await measured(site, () => runAtRate({ ...site.load, connections: 24 }, STEADY_RATE));
}

/** Only luma-proxy is switched: for the others this is the same as before. */
async function switching(site: Site): Promise<Measurement> {
  if (site.peer.name !== "luma-proxy") return await steady(site);
  const { hosts: [host = ""] } = site.load;
  const over = new AbortController();
  const switches = (async () => {
    for (let generation = 1; !over.signal.aborted; generation++) {
      const next = { app: "s0", host, ports: FIXED_PORTS.slice(0, 1), generation };
      await switchLuma(site.programs, site.setup.folder, next);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  })();
  const result = await steady(site);
  over.abort();
  await switches;
  return result;
}

/** The routes that a scenario wants. */
export function routesOf({ routes, upstream }: Scenario): PeerSetup["routes"] {
  const { hosts, replicas } = routes ?? { hosts: 1, replicas: 1 };
  const ports = upstream === "echo" ? [ECHO_PORT] : FIXED_PORTS.slice(0, replicas);
  return Array.from({ length: hosts }, (_, index) => ({ host: `h${index}.example`, ports }));
}

/** Who takes part in a scenario. */
export function peersOf(scenario: Scenario, programs: string): readonly Peer[] {
  return listPeers(programs).filter(({ missing, logs }) =>
    missing === undefined && (logs || scenario.accessLog !== true)
  );
}

/** The folder of one peer. */
export function peerFolder(folder: string, peer: Peer): string {
  return join(folder, peer.name);
}
