/**
 * What was measured, kept in a file: each run is written as soon as it is over, so that whatever ends the
 * benchmark loses none, and tables can be made again without measuring.
 *
 * The rule: a line of JSON for each run, in the order in which they were measured.
 *
 * @module
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** What one run of one proxy gave. */
export interface Measurement {
  /** User and system time of all its processes. */
  readonly cpuMicroseconds: number;
  readonly requests: number;
  readonly seconds: number;
  /** Cut, refused, or not answered well; only the scenarios with a steady rate go on after one. */
  readonly lost?: number;
  readonly p99Ms?: number;
  /** Where it is switched: the same before the first switch, in the same process. */
  readonly unswitchedP99Ms?: number;
  /** Memory for one idle connection, in bytes. */
  readonly idleBytes?: number;
}

/** One run: who, in what, when in turn. */
export interface Result {
  readonly scenario: string;
  readonly peer: string;
  /** Counted from 1. What is compared is compared within a round. */
  readonly round: number;
  readonly measurement: Measurement;
}

/** The runs in a file; none where there is no file. */
export function readResults(path: string): readonly Result[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Result);
}

/** Adds a run to a file. */
export function appendResult(path: string, result: Result): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(result)}\n`);
}

/** Takes the runs of these scenarios out of a file: they are measured anew, the others stay. */
export function dropScenarios(path: string, scenarios: readonly string[]): void {
  const kept = readResults(path).filter(({ scenario }) => !scenarios.includes(scenario));
  rmSync(path, { force: true });
  for (const result of kept) appendResult(path, result);
}

/** Whether that run is among them. */
export function isMeasured(
  results: readonly Result[],
  { scenario, peer, round }: Omit<Result, "measurement">,
): boolean {
  return results.some((each) =>
    each.scenario === scenario && each.peer === peer && each.round === round
  );
}
