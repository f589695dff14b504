/**
 * Looks who holds a lease, and changes nothing.
 *
 * The rule: the server's own clock decides whether a lease is over.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { type Lease, parseLease, showArgv } from "./lease_script.ts";

/** The lease in a file that holds at `nowMs` of the server's clock; none where nobody holds it. */
export async function readLease(
  runner: Runner,
  file: string,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<Lease | undefined> {
  const output = await runner.run({ argv: showArgv(file), timeoutMs: 30_000, signal });
  const lease = output.status === 0 ? parseLease(output.stdout) : undefined;
  return lease !== undefined && lease.expiresAtS * 1000 > nowMs ? lease : undefined;
}
