/**
 * Asks a server for its clock, its addresses and what listens there, and how long an answer takes.
 *
 * The rule: plain POSIX sh, and nothing is changed.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import type { Reached } from "./types.ts";

const SCRIPT = `
echo "addresses=$(hostname -I 2>/dev/null)"
command -v ss > /dev/null && { echo listeners=; ss -Hltnp 2>/dev/null; }
exit 0
`;

const TRIPS = 3;

/** What a runner is reached through, and when. */
export interface ReachOptions {
  /** The addresses that this machine reaches it by. */
  readonly known: readonly string[];
  /** This machine's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** @throws What the runner throws, where the server cannot be reached. */
export async function observeReach(
  runner: Runner,
  { known, now, signal }: ReachOptions,
): Promise<Reached> {
  const timed = { argv: ["date", "+%s"], timeoutMs: 30_000, signal };
  // The first command makes the connection.
  await runner.run(timed);
  const trips: { readonly startedMs: number; readonly tookMs: number; readonly text: string }[] =
    [];
  for (let left = TRIPS; left > 0; left--) {
    const startedMs = now();
    const { stdout } = await runner.run(timed);
    trips.push({ startedMs, tookMs: now() - startedMs, text: stdout.trim() });
  }
  // Whatever made one slower was not the way there.
  const fastest = trips.reduce((best, trip) => trip.tookMs < best.tookMs ? trip : best);
  const output = await runner.run({ argv: ["sh", "-c", SCRIPT], timeoutMs: 30_000, signal });
  const { addresses, listeners } = parseReach(output.stdout);
  return {
    roundTripMs: fastest.tookMs,
    // Whole seconds: half of one is what they are off by, as a rule.
    clockAheadMs: Number(fastest.text) * 1000 + 500 - (fastest.startedMs + fastest.tookMs / 2),
    addresses: [...new Set([...known, ...addresses])],
    ...(listeners === undefined ? {} : { listeners }),
  };
}

/** Reads what the script prints. */
export function parseReach(
  text: string,
): { readonly addresses: readonly string[]; readonly listeners?: string } {
  const addresses = /^addresses=(.*)$/m.exec(text)?.[1]?.trim() ?? "";
  const at = text.indexOf("listeners=\n");
  return {
    addresses: addresses === "" ? [] : addresses.split(/\s+/),
    ...(at < 0 ? {} : { listeners: text.slice(at + "listeners=\n".length) }),
  };
}
