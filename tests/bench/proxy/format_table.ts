/**
 * Makes the tables of docs/benchmarks.md.
 *
 * Pure: runs in, Markdown out.
 *
 * @module
 */
import { costOf, type Figure, medianOf, p99Of, rateOf, ratioOf } from "./compare.ts";
import type { GoalVerdict } from "./goals.ts";
import type { Result } from "./results.ts";

/** What ratios are multiples of. */
const BASE = "nginx";

const HEAD = [
  "Scenario",
  "Proxy",
  "CPU µs/request",
  "× nginx",
  "requests/s",
  "× nginx",
  "p99 ms",
  "kB/idle connection",
  "lost",
];

/** A table of every scenario that was measured, in this order. @param titles By scenario. */
export function formatTable(
  results: readonly Result[],
  titles: ReadonlyMap<string, string>,
): string {
  const rows = [...titles].flatMap(([scenario, title]) => {
    const measured = results.filter((each) => each.scenario === scenario);
    const peers = [...new Set(measured.map(({ peer }) => peer))];
    // A title stands once, on the first of its rows.
    return peers.map((peer, index) =>
      [index === 0 ? title : "", ...formatRow(measured, scenario, peer)] as const
    );
  });
  return formatMarkdown([HEAD, ...rows]);
}

/** The goals beside what was measured. */
export function formatGoals(verdicts: readonly GoalVerdict[]): string {
  return formatMarkdown([
    ["Goal", "Measured", "Reached"],
    ...verdicts.map(({ goal, measured, isReached }) => [
      goal,
      measured ?? "not measured",
      measured === undefined ? "" : isReached ? "yes" : "**no**",
    ]),
  ]);
}

function formatRow(results: readonly Result[], scenario: string, peer: string): readonly string[] {
  const value = (figure: Figure, digits: number): string =>
    medianOf(results, { scenario, peer, figure })?.toFixed(digits) ?? "";
  const ratio = (figure: Figure): string =>
    ratioOf(results, { scenario, peer, base: BASE, figure })?.toFixed(2) ?? "";
  const lost = results.filter((each) => each.peer === peer)
    .flatMap(({ measurement }) => measurement.lost ?? []);
  return [
    peer,
    value(costOf, 1),
    ratio(costOf),
    value(rateOf, 0),
    ratio(rateOf),
    value(p99Of, 2),
    value(({ idleBytes }) => idleBytes === undefined ? undefined : idleBytes / 1000, 1),
    lost.length === 0 ? "" : String(lost.reduce((sum, count) => sum + count, 0)),
  ];
}

function formatMarkdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
