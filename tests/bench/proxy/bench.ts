/**
 * Measures luma-proxy beside its peers: `tests/bench/run [--rounds N] [--seconds N] [--scenario NAME]…`.
 *
 * The rule: in each round all take their turn; what is told are medians of the ratios to nginx in the
 * same round. How fast the machine is, is no result.
 *
 * @module
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { formatTable, type Row } from "./format_table.ts";
import type { Peer, PeerSetup } from "./peers.ts";
import {
  type Measurement,
  peerFolder,
  peersOf,
  routesOf,
  type Scenario,
  SCENARIOS,
} from "./scenarios.ts";
import { startUpstreams } from "./upstream.ts";

const PORT = 18_080;
const WARM_UP_SECONDS = 3;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    scenario: { type: "string", multiple: true },
    list: { type: "boolean", default: false },
  },
});

if (values.list) {
  for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(10)} ${title}`);
  process.exit(0);
}
const chosen = SCENARIOS.filter(({ name }) => values.scenario?.includes(name) ?? true);
const programs = dirname(await ensureHostExecutable("luma-proxy"));
const folder = mkdtempSync(join(tmpdir(), "luma-bench-"));
chmodSync(folder, 0o755);
const cores = cpus().length;
const upstreams = await startUpstreams(folder, cores > 1 ? "1" : "0");
try {
  const rows: Row[] = [];
  for (const scenario of chosen) rows.push(...await runScenario(scenario));
  console.log(formatTable(rows));
} finally {
  for (const upstream of upstreams) await upstream.stop();
  rmSync(folder, { recursive: true });
}

/** All rounds of one scenario. */
async function runScenario(scenario: Scenario): Promise<readonly Row[]> {
  const found = new Map<string, Measurement[]>();
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const peer of peersOf(scenario, programs)) {
      const measurement = await runOnce(scenario, peer);
      found.set(peer.name, [...found.get(peer.name) ?? [], measurement]);
      const { cpuMicroseconds, requests, seconds } = measurement;
      console.error(
        `${scenario.name} round ${round} ${peer.name}: ${
          (cpuMicroseconds / requests).toFixed(1)
        } µs, ${Math.round(requests / seconds)}/s`,
      );
    }
  }
  return [...found].map(([peer, measurements]) => ({
    scenario: scenario.title,
    peer,
    measurements,
    base: found.get("nginx") ?? measurements,
  }));
}

async function runOnce(scenario: Scenario, peer: Peer): Promise<Measurement> {
  const routes = routesOf(scenario);
  const all = Array.from({ length: cores }, (_, core) => core).join(",");
  const setup: PeerSetup = {
    folder: peerFolder(folder, peer),
    port: PORT,
    cpus: scenario.allCores === true ? all : "0",
    routes,
    accessLog: scenario.accessLog === true,
  };
  const running = await peer.start(setup);
  try {
    const load = {
      port: PORT,
      path: "/",
      hosts: routes.map(({ host }) => host),
      connections: 64,
      seconds: Number(values.seconds),
      cpus: scenario.allCores === true ? all : cores > 1 ? "1" : "0",
      folder,
    };
    const site = { peer, running, setup, load, programs };
    // Programs that compile while they run have done so in a deployment that lasts longer than this.
    const warmUp = scenario.warmUp ?? scenario.run;
    await warmUp({ ...site, load: { ...load, seconds: WARM_UP_SECONDS } });
    return await scenario.run(site);
  } finally {
    await running.stop();
    rmSync(setup.folder, { recursive: true, force: true });
  }
}
