/**
 * `tests/fuzz`: the fuzzer for as long as one likes.
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { FuzzError, runFuzz } from "./run_fuzz.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
});
const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed);
try {
  const rounds = await runFuzz({ seed, forMs: Number(values.seconds) * 1000 });
  process.stdout.write(`${rounds} rounds from seed ${seed}: all held\n`);
} catch (error) {
  if (!(error instanceof FuzzError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
