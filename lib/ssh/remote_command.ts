/**
 * The text that ssh hands to the login shell of the server's user.
 *
 * The rule: any login shell reads it alike, also fish and csh, and a command's own status 255 is told
 * from ssh's.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Output } from "./runner.ts";
import { quoteShell } from "./quote.ts";

/** What the remote shell writes last to standard error, when the command itself ended with 255. */
const OWN_255 = "luma: the command ended with status 255";

/** Characters that shells read differently within single quotes: fish `\`, csh `!` and line ends. */
const AMBIGUOUS = /['\\!\r\n]/;

/** Writes `argv` as one text for the login shell; it runs under `sh`. */
export function formatRemoteCommand(argv: readonly string[]): string {
  const report = `[ $s -ne 255 ] || echo "${OWN_255}" >&2`;
  return forLoginShell(`${quoteShell(argv)}; s=$?; ${report}; exit $s`);
}

/** The same for a command whose output goes to the user as it is: no shell waits for it, or adds to it. */
export function formatAttachedCommand(argv: readonly string[]): string {
  return forLoginShell(`exec ${quoteShell(argv)}`);
}

function forLoginShell(script: string): string {
  if (!AMBIGUOUS.test(script)) return `sh -c '${script}'`;
  const encoded = Buffer.from(script, "utf8").toString("base64");
  return `sh -c 'eval "$(echo ${encoded} | base64 -d)"'`;
}

/** What ssh says when a server allows fewer sessions than we ask for, before it connects anew by itself. */
const NOISE =
  /^(mux_client_request_session: .*|ControlSocket .* already exists, disabling multiplexing)\r?\n/gm;

/**
 * Reads how ssh ended.
 *
 * @returns The command's own output, or `undefined` when ssh itself failed.
 */
export function readRemoteOutput(output: Output): Output | undefined {
  const stderr = output.stderr.replace(NOISE, "");
  if (output.status !== 255) return { ...output, stderr };
  const end = `${OWN_255}\n`;
  if (!stderr.endsWith(end)) return undefined;
  return { ...output, stderr: stderr.slice(0, -end.length) };
}
