/**
 * The table of the show: what the visitors saw, by kind of request and by deployment.
 *
 * Pure: reports in, lines out.
 *
 * @module
 */
import { isAnsweredBy, makeReport, type Sample } from "../../tests/load/load_report.ts";
import type { Deployment } from "./run_deploy.ts";

/** A deployment with what visitors asked while it ran. */
export interface Act {
  readonly title: string;
  readonly deployment: Deployment;
  readonly during: readonly Sample[];
}

/**
 * The lines of the table.
 *
 * @param flaky The version whose own answers of 5xx are counted apart.
 */
export function formatTable(
  acts: readonly Act[],
  samples: readonly Sample[],
  flaky: string,
): readonly string[] {
  const kinds = [...new Set(samples.map(({ kind }) => kind))].sort();
  return alignRows([
    [
      "",
      "requests",
      "failed",
      `5xx by ${flaky}`,
      "sent again",
      "slowest",
      "in flight at switch",
      "drained",
      "closed",
      "cut",
      "by version",
    ],
    ["by kind"],
    ...kinds.map((kind) =>
      formatRow(`  ${kind}`, samples.filter((sample) => sample.kind === kind), flaky)
    ),
    ["while deploying"],
    ...acts.map(({ title, during, deployment }) =>
      formatRow(
        `  ${title}: ${deployment.outcome} (${formatSeconds(deployment.tookMs)})`,
        during,
        flaky,
        deployment,
      )
    ),
    formatRow("all", samples, flaky),
  ]);
}

function formatRow(
  title: string,
  samples: readonly Sample[],
  flaky: string,
  deployment?: Deployment,
): readonly string[] {
  const report = makeReport(samples);
  const own = samples.filter((sample) => isAnsweredBy(flaky, sample)).length;
  const versions = Object.entries(report.byVersion).sort(([one], [two]) => one.localeCompare(two));
  const { inFlightAtSwitch, drained, closed, cut } = deployment ?? {};
  return [
    title,
    ...[report.requests, report.failed - own, own, report.retries].map(String),
    report.slowestMs === 0 ? "-" : formatSeconds(report.slowestMs),
    ...[inFlightAtSwitch, drained, closed, cut].map((count) => String(count ?? "-")),
    versions.map(([version, count]) => `${version} ${count}`).join(", "),
  ];
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 1000 ? 3 : 1)} s`;
}

/** The first and the last column to the left, numbers to the right. */
function alignRows(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from(
    { length: columns },
    (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      const isText = column === 0 || column === columns - 1;
      return isText ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  );
}
