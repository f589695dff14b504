/**
 * Tells how long luma takes to start, beside `docker --version` on the same machine:
 * `bun tests/bench/startup.ts [RUNS]`.
 *
 * The rule: medians of runs that take turns, and their ratio; how fast the machine is, is no result.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { ensureHostExecutable } from "../../lib/build/host_executable.ts";

const luma = await ensureHostExecutable("luma");
const proxy = await ensureHostExecutable("luma-proxy");
const health = await ensureHostExecutable("luma-health");
const COMMANDS: readonly (readonly string[])[] = [
  ["docker", "--version"],
  [luma, "--version"],
  [luma, "--help"],
  [proxy, "--version"],
  [health, "--help"],
];
const runs = Number(process.argv[2] ?? 31);

const timesMs = new Map(COMMANDS.map((argv) => [argv, [] as number[]]));
for (let run = 0; run < runs; run++) {
  for (const [argv, times] of timesMs) {
    const [program = "", ...args] = argv;
    const startedAtMs = performance.now();
    const { status, error } = spawnSync(program, args);
    if (status !== 0) throw error ?? new Error(`${argv.join(" ")} ended with ${status}`);
    times.push(performance.now() - startedAtMs);
  }
}

const medians = [...timesMs].map(([argv, times]) => {
  return { argv, ms: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0 };
});
const docker = medians[0]?.ms ?? 1;
for (const { argv: [program = "", ...args], ms } of medians) {
  const words = [program.split("/").at(-1), ...args].join(" ");
  console.log(
    `${words.padEnd(24)} ${ms.toFixed(1).padStart(7)} ms  ${(ms / docker).toFixed(2)} × docker`,
  );
}
