/**
 * docker's command lines about logs, and about what is followed until nobody listens any more.
 *
 * Pure: words out, unquoted.
 *
 * @module
 */
import { quoteShell } from "../ssh/quote.ts";
import { formatSince } from "./parse_time.ts";
import type { LogQuery } from "./log_query.ts";

/** Prints a container's log, each line with its time. */
export function logStreamArgv(
  { container, follow, since, tail, only }: LogQuery,
): readonly string[] {
  const words = [
    ...["docker", "logs", "--timestamps"],
    ...(follow ? ["--follow"] : []),
    ...(since === undefined ? [] : ["--since", since]),
    ...(tail === undefined ? [] : ["--tail", String(tail)]),
    ...["--", container],
  ];
  if (follow) return untilInputEnds(words);
  return only === undefined ? words : ["sh", "-c", `exec ${quoteShell(words)} ${ONLY[only]}`];
}

/** Standard output gets that stream alone. */
const ONLY = { stdout: "2>/dev/null", stderr: "2>&1 >/dev/null" } as const;

/** Reports containers with `label` that start, one JSON object a line, until standard input is closed. */
export function watchStartsArgv(label: string, sinceMs: number): readonly string[] {
  return watchEventsArgv("start", label, sinceMs);
}

/** Reports containers with `label` that end, one JSON object a line, until standard input is closed. */
export function watchExitsArgv(label: string, sinceMs: number): readonly string[] {
  return watchEventsArgv("die", label, sinceMs);
}

function watchEventsArgv(event: string, label: string, sinceMs: number): readonly string[] {
  return untilInputEnds([
    ...["docker", "events", "--since", formatSince(sinceMs), "--format", "{{json .}}"],
    ...["--filter", "type=container", "--filter", `event=${event}`],
    ...["--filter", `label=${label}`],
  ]);
}

/**
 * Runs a command until it ends, or standard input does.
 *
 * Closing the channel is the one thing that surely reaches the other end of an SSH connection, so it is what
 * ends the command there; and when that ends first, nobody waits for the input any more.
 */
function untilInputEnds(words: readonly string[]): readonly string[] {
  const script = `exec 3<&0
${quoteShell(words)} </dev/null 3<&- &
command=$!
{ cat <&3 >/dev/null; kill "$command"; } >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$command"
status=$?
kill "$guard" 2>/dev/null
exit "$status"`;
  return ["sh", "-c", script];
}
