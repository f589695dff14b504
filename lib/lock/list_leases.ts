/**
 * Lists the leases on a server, also those that are over.
 *
 * The rule: it only reads.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { type Lease, parseLease } from "./lease_script.ts";

/** A lease, and what it is for. */
export interface NamedLease {
  /** `site.blog`, or `setup`. */
  readonly name: string;
  readonly lease: Lease;
}

const LIST = `
cd "$1" 2>/dev/null || exit 0
for file in *.lock; do
  [ -r "$file" ] || continue
  echo "lock=\${file%.lock}"
  cat "$file"
done
exit 0
`;

/** The leases in luma's folder on a server. */
export async function listLeases(
  runner: Runner,
  home: string,
  signal: AbortSignal,
): Promise<readonly NamedLease[]> {
  const argv = ["sh", "-c", LIST, "luma", `${home}/locks`];
  return parseLeases((await runner.run({ argv, timeoutMs: 30_000, signal })).stdout);
}

/** Reads what the script prints. */
export function parseLeases(text: string): readonly NamedLease[] {
  return text.split(/^lock=/m).slice(1).flatMap((part) => {
    const end = part.indexOf("\n");
    const lease = parseLease(part.slice(end + 1));
    return lease === undefined ? [] : [{ name: part.slice(0, end), lease }];
  });
}
