/**
 * What the engine's sockets have in common, whatever they are made of.
 *
 * Pure.
 *
 * @module
 */

/** Reports what went wrong, for the operator's log. */
export type Log = (message: string) => void;

/** Keep-alive probes find the peers of streams and tunnels that vanished without a word. */
export const KEEP_ALIVE_DELAY_MS = 60_000;

/** A peer's address; an IPv4 one never in its IPv6 form. */
export function formatPeer(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** What was thrown, with where. */
export function describeFault(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
