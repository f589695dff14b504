/**
 * Compares what a document says that a command prints with what it prints.
 *
 * Pure. The rule: what differs from run to run is left out on both sides (times, addresses, ids); `…`
 * stands for anything in its line, and alone on a line for any lines.
 *
 * @module
 */

const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"],
  [/\b\d{8}t\d{6}z-\w{4}\b/g, "ID"],
  [/\b\d{1,3}(\.\d{1,3}){3}\b/g, "ADDRESS"],
  [/\b(\d+ (second|minute|hour|day)s?|[\d.]+ (ms|s|min)) ago|just now/g, "AGO"],
  [/\b\d+(\.\d+)? (ms|s|min)\b/g, "DURATION"],
  [/\b(prepare|start|health|switch|watch|drain|stop|cleanup) \d+\.\d\b/g, "$1 DURATION"],
  [/\b\d+ attempts?\b/g, "ATTEMPTS"],
  [/\b\d+ workers\b/g, "WORKERS"],
  [/\b[0-9a-f]{12,64}\b/g, "HEX"],
  [/\b\d+ of \d+ requests failed\b/g, "SOME requests failed"],
  // Replicas answer in any order.
  [/-(blue|green)-\d+\b/g, "-$1-N"],
  [/"(pid|\w*Ms)":\d+/g, '"$1":N'],
  [/\bprocess \d+\b/g, "process N"],
  [/\s+/g, " "],
];

/** How long it took, and how much was watched: a document may leave these lines out. */
const NOTICE = /^\[\S+\] (Took|Watched:) /;

/** Where the two differ, for a person; undefined where they do not. */
export function matchOutput(expected: readonly string[], actual: string): string | undefined {
  const says = (line: string) => line !== "" && !NOTICE.test(line);
  const wanted = expected.map(normalize).filter(says);
  const found = actual.split("\n").map(normalize).filter(says);
  if (matchLines(wanted, found)) return undefined;
  return `expected\n${indent(expected)}\ngot\n${indent(actual.trimEnd().split("\n"))}`;
}

function normalize(line: string): string {
  return VARYING.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line).trim();
}

function matchLines(wanted: readonly string[], found: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return found.length === 0;
  if (first === "…") {
    return Array.from({ length: found.length + 1 }, (_, skipped) => skipped)
      .some((skipped) => matchLines(rest, found.slice(skipped)));
  }
  const [line, ...others] = found;
  return line !== undefined && matchLine(first, line) && matchLines(rest, others);
}

function matchLine(wanted: string, line: string): boolean {
  const parts = wanted.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(line);
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join("\n");
}
