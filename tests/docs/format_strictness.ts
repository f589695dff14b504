/**
 * The page that says what the proxy refuses, made of the cases that its tests run.
 *
 * Pure: the cases in, Markdown out.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Outcome, StrictnessCase } from "../proxy/engine/strictness/strictness_case.ts";
import { STRICTNESS_GROUPS } from "../proxy/engine/strictness/strictness_cases.ts";
import { STRICTNESS_ELSEWHERE } from "./strictness_elsewhere.ts";

/** Where the page is. */
export const STRICTNESS_FILE = fileURLToPath(new URL("../../docs/strictness.md", import.meta.url));

const INTRODUCTION = `# What luma-proxy refuses

A message that two programs could read in two ways is how requests are smuggled past a proxy. So
luma-proxy takes the strictest reading of RFC 9110 and RFC 9112, of clients and of apps, and passes on
nothing that it would have to guess about.

- A request that is refused gets an answer and its connection is closed. The app sees nothing of it,
  and the proxy reads on for a while, so that the answer can be read (RFC 9112, 9.6).
- An answer of an app that cannot be read becomes a 502. Where the client has got a part of it already,
  its connection is reset: half an answer never looks like a whole one.
- What is for one hop alone is left out both ways (RFC 9110, 7.6.1). No \`Via\` is added: programs that
  see one turn compression off.

Each line below is a test, under Bun and Deno, on every kind of sockets. Each also runs with its octets
one by one, and cut at every position (long ones at many), with the same outcome.
This page is made of the tests: \`npm run docs\` renews it.
`;

const ELSEWHERE =
  `These are tests of their own in \`tests/proxy/engine\`. What chance makes up of all the
messages above is in \`tests/fuzz\`.`;

/** The whole page. */
export function formatStrictness(): string {
  const count = STRICTNESS_GROUPS.reduce((sum, { cases }) => sum + cases.length, 0);
  const groups = STRICTNESS_GROUPS.map(({ title, cases }) =>
    `## ${title}\n\n| Case | RFC | Octets | Outcome |\n|---|---|---|---|\n${
      cases.map(formatRow).join("\n")
    }\n`
  );
  return [INTRODUCTION, `${count} cases.\n`, ...groups, formatElsewhere()].join("\n");
}

const OCTETS = {
  request: ["request"],
  answer: ["answer"],
  both: ["request", "answer"],
} as const;

function formatSide(one: StrictnessCase, side: "request" | "answer"): string {
  const ends = side === "request" ? one.requestEnds : one.answerEnds;
  return `${formatOctets(one[side])}${ends ? ", FIN" : ""}`;
}

function formatRow(one: StrictnessCase): string {
  const octets = OCTETS[one.subject].map((side) => formatSide(one, side)).join(" → ");
  return `| ${one.name} | ${one.section} | ${octets} | ${formatOutcome(one.outcome)} |`;
}

function formatElsewhere(): string {
  const rows = STRICTNESS_ELSEWHERE.map(({ name, section, file, test }) =>
    `| ${name} | ${section} | \`${file}\`: ${test} |`
  );
  return `## Beyond single messages\n\n${ELSEWHERE}\n\n${
    ["| Case | RFC | Test |", "|---|---|---|", ...rows].join("\n")
  }\n`;
}

function formatOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "refused":
      return `${outcome.status}, closed`;
    case "body refused":
      return `${outcome.status}, closed; the app sees no end`;
    case "answer replaced":
      return "502";
    case "answer cut":
      return "reset";
    case "passed":
      return outcome.closes ? "passed on, closed" : "passed on";
    case "answered early":
      return "passed on, closed; the app sees no end";
  }
}

const MAX_OCTETS = 90;

/** Octets as they would stand in a string, shortened in the middle; a code span takes no pipe. */
function formatOctets(text: string): string {
  if (text === "") return "none";
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replace(
    /[\x7f-\xff]/g,
    (octet) => `\\x${octet.charCodeAt(0).toString(16)}`,
  ).replace(/\\u00/g, "\\x");
  const half = MAX_OCTETS / 2;
  const short = escaped.length <= MAX_OCTETS
    ? escaped
    : `${escaped.slice(0, half)} … ${escaped.slice(-half)}`;
  const marks = short.includes("`") ? "``" : "`";
  return `${marks}${short.replaceAll("|", "\\|")}${marks}`;
}
