/**
 * Measures luma-proxy beside its peers; `tests/bench/run --help` tells how.
 *
 * The rule: in each round all take their turn, and what is told are medians of the ratios in the same
 * round. How fast the machine is, is no result.
 *
 * @module
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { formatGoals, formatTable } from "./format_table.ts";
import { judgeGoals } from "./goals.ts";
import type { Peer, PeerSetup } from "./peers.ts";
import { pinSelf } from "./processes.ts";
import {
  appendResult,
  dropScenarios,
  isMeasured,
  type Measurement,
  readResults,
  type Result,
} from "./results.ts";
import { peersOf, routesOf, type Scenario, SCENARIOS } from "./scenarios.ts";
import { startUpstreams } from "./upstream.ts";

const PORT = 18_080;
const WARM_UP_SECONDS = 2;
/** Something else on the machine may spoil a run. */
const ATTEMPTS = 2;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    "steady-rate": { type: "string", default: "20000" },
    scenario: { type: "string", multiple: true },
    results: { type: "string", default: "dist/bench/results.jsonl" },
    resume: { type: "boolean", default: false },
    table: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const scenarios = SCENARIOS.filter(({ name }) => values.scenario?.includes(name) ?? true);
const unknown = values.scenario?.filter((name) => !SCENARIOS.some((each) => each.name === name));

if (unknown !== undefined && unknown.length > 0) {
  console.error(`No such scenario: ${unknown.join(", ")}. --list names them.`);
  process.exitCode = 2;
} else if (values.list) {
  for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(10)} ${title}`);
} else {
  const failures = values.table ? [] : await measureAll();
  printTables();
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) {
    console.error(`${failures.length} runs failed; the same with --resume measures them again.`);
    process.exitCode = 1;
  }
}

/** @returns What failed: the rest is measured all the same. */
async function measureAll(): Promise<readonly string[]> {
  const programs = dirname(await ensureHostExecutable("luma-proxy"));
  const cores = cpus().length;
  // Clients that run in this process must not be where the proxy is.
  const loadCpus = cores > 1 ? "1" : "0";
  await pinSelf(loadCpus);
  const folder = mkdtempSync(join(tmpdir(), "luma-bench-"));
  chmodSync(folder, 0o755);
  if (!values.resume) dropScenarios(values.results, scenarios.map(({ name }) => name));
  const upstreams = await startUpstreams(folder, loadCpus);
  const failures: string[] = [];
  try {
    for (const scenario of scenarios) {
      for (let round = 1; round <= Number(values.rounds); round++) {
        for (const peer of peersOf(scenario, programs)) {
          const run = { scenario: scenario.name, peer: peer.name, round };
          if (values.resume && isMeasured(readResults(values.results), run)) continue;
          const failure = await measure(run, () => runOnce(scenario, peer, folder));
          if (failure !== undefined) failures.push(failure);
        }
      }
    }
  } finally {
    for (const upstream of upstreams) await upstream.stop();
    rmSync(folder, { recursive: true });
  }
  return failures;
}

/** Measures a run and keeps it. @returns Why it failed; none: it did not. */
async function measure(
  run: Omit<Result, "measurement">,
  act: () => Promise<Measurement>,
): Promise<string | undefined> {
  const words = `${run.scenario} round ${run.round} ${run.peer}`;
  let failure: string | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const measurement = await act();
      appendResult(values.results, { ...run, measurement });
      console.error(`${words}: ${describe(measurement)}`);
      return undefined;
    } catch (error) {
      failure = `${words} failed: ${error instanceof Error ? error.message : error}`;
      console.error(failure);
    }
  }
  return failure;
}

async function runOnce(scenario: Scenario, peer: Peer, folder: string): Promise<Measurement> {
  const routes = routesOf(scenario);
  const cores = cpus().length;
  const all = Array.from({ length: cores }, (_, core) => core).join(",");
  const setup: PeerSetup = {
    folder: join(folder, peer.name.replaceAll(/[^\w-]+/g, "-")),
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
    const site = { peer, running, setup, load, steadyRate: Number(values["steady-rate"]) };
    // Programs that compile while they run have done so in a deployment that lasts longer than this.
    const warmUp = scenario.warmUp ?? scenario.run;
    await warmUp({ ...site, load: { ...load, seconds: WARM_UP_SECONDS } });
    return await scenario.run(site);
  } finally {
    await running.stop();
    rmSync(setup.folder, { recursive: true, force: true });
  }
}

function describe({ cpuMicroseconds, requests, seconds, p99Ms }: Measurement): string {
  const [cost, rate] = [cpuMicroseconds / requests, requests / seconds];
  return `${cost.toFixed(1)} µs, ${Math.round(rate)}/s, p99 ${p99Ms?.toFixed(2)} ms`;
}

function printTables(): void {
  const results = readResults(values.results);
  console.log(formatTable(results, new Map(SCENARIOS.map(({ name, title }) => [name, title]))));
  console.log(`\n${formatGoals(judgeGoals(results))}`);
}
