/**
 * Keeps receipts on the server, one JSON file a deployment.
 *
 * The rule: a receipt is written whole or not at all, and only files of luma's own form are removed.
 *
 * @module
 */
import { LumaError } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import { parseReceipt } from "./parse_receipt.ts";
import type { Receipt } from "./receipt.ts";

const WRITE = `
umask 077
mkdir -p "$1" && cat > "$1/$2.new" && mv "$1/$2.new" "$1/$2"
`;

const PRUNE = `
cd "$1" 2>/dev/null || exit 0
set -- $2 *.json
keep=$1; shift
[ -e "$1" ] || exit 0
while [ $# -gt "$keep" ]; do rm -f -- "$1"; shift; done
`;

const READ = `
cd "$1" 2>/dev/null || exit 0
for file in *.json; do newest=$file; done
[ -e "$newest" ] && cat "$newest"
exit 0
`;

/** The folder of an app's receipts on a server. */
export function receiptFolder(home: string, project: string, app: string): string {
  return `${home}/receipts/${project}/${app}`;
}

/** Writes a receipt. */
export async function writeReceipt(runner: Runner, home: string, receipt: Receipt): Promise<void> {
  const folder = receiptFolder(home, receipt.project, receipt.app);
  const output = await runner.run({
    argv: ["sh", "-c", WRITE, "luma", folder, `${receipt.deployment}.json`],
    stdin: `${JSON.stringify(receipt)}\n`,
    timeoutMs: 30_000,
  });
  if (output.status === 0) return;
  throw new LumaError(
    `Cannot write the receipt of "${receipt.app}" on ${runner.server}: ${output.stderr.trim()}`,
    {
      exitCode: 4,
      hint: `Is there space left in ${home}?`,
    },
  );
}

/** Keeps the newest `keep` receipts of a folder; names sort by time. */
export async function pruneReceipts(
  runner: Runner,
  folder: string,
  options: { readonly keep: number; readonly signal: AbortSignal },
): Promise<void> {
  const output = await runner.run({
    argv: ["sh", "-c", PRUNE, "luma", folder, String(options.keep)],
    timeoutMs: 30_000,
    signal: options.signal,
  });
  if (output.status === 0) return;
  throw new LumaError(`Cannot prune receipts on ${runner.server}: ${output.stderr.trim()}`, {
    exitCode: 4,
  });
}

/** The newest receipt of an app; none where there is none, or it cannot be read as one. */
export async function readNewestReceipt(
  runner: Runner,
  folder: string,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  const output = await runner.run({
    argv: ["sh", "-c", READ, "luma", folder],
    timeoutMs: 30_000,
    signal,
  });
  return output.status === 0 ? parseReceipt(output.stdout) : undefined;
}
