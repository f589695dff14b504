/**
 * Prints what the doctor found.
 *
 * Pure. The rule: by server, then by app; a fix stands below what it mends.
 *
 * @module
 */
import { paintLine, span, type Style } from "../report/styled_line.ts";
import type { CheckName, Finding } from "./types.ts";

const TITLES: Readonly<Record<CheckName, string>> = {
  ssh: "SSH",
  docker: "Docker",
  ports: "Ports",
  disk: "Disk",
  memory: "Memory",
  clock: "Clock",
  kernel: "Kernel",
  proxy: "Proxy",
  network: "Network",
  locks: "Locks",
  leftovers: "Leftovers",
  logs: "Logs",
  health: "Health",
  sigterm: "SIGTERM",
  dns: "DNS",
};

const MARKS: Readonly<Record<Finding["mark"], readonly [string, Style]>> = {
  good: ["✓", "good"],
  warning: ["!", "warn"],
  bad: ["✗", "bad"],
};

const TITLE_WIDTH = Math.max(...Object.values(TITLES).map((title) => title.length));

/** The lines about one server. */
export function formatFindings(
  server: string,
  findings: readonly Finding[],
  color: boolean,
): string {
  const apps = [...new Set(findings.map(({ app }) => app))].filter((app) => app !== undefined);
  const of = (app: string | undefined) => findings.filter((finding) => finding.app === app);
  return [
    paintLine([span(server, "bold")], color),
    ...of(undefined).flatMap((finding) => formatFinding(finding, "  ", color)),
    ...apps.flatMap((app) => [
      `  ${app}`,
      ...of(app).flatMap((finding) => formatFinding(finding, "    ", color)),
    ]),
  ].join("\n");
}

function formatFinding(
  { mark, check, message, fix }: Finding,
  indent: string,
  color: boolean,
): readonly string[] {
  const [sign, style] = MARKS[mark];
  const title = TITLES[check].padEnd(TITLE_WIDTH);
  const head = paintLine(
    [span(indent), span(sign, style), span(` ${title}  `), span(message)],
    color,
  );
  const below = `${indent}  ${" ".repeat(TITLE_WIDTH)}  `;
  const fixes = fix === undefined ? [] : fix.split("\n");
  return [
    head,
    ...fixes.map((line) => paintLine([span(below), span("→", "accent"), span(` ${line}`)], color)),
  ];
}

/** The last line: `1 problem, 2 warnings`. */
export function formatSummary(findings: readonly Finding[]): string {
  const count = (mark: Finding["mark"], what: string): readonly string[] => {
    const number = findings.filter((finding) => finding.mark === mark).length;
    return number === 0 ? [] : [`${number} ${what}${number === 1 ? "" : "s"}`];
  };
  const parts = [...count("bad", "problem"), ...count("warning", "warning")];
  return parts.length === 0 ? "Everything is fine ✅" : parts.join(", ");
}
