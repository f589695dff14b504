/**
 * What a person types to log in to a server.
 *
 * Pure. The rule: the words lead to the same server, with the same user and key, as luma's own.
 *
 * @module
 */
import type { SshServer } from "./ssh_argv.ts";

/** `ssh -p 2222 luma@10.0.0.5`; with `terminal`, for a command that asks something. */
export function formatLogin(
  { host, user, port, keyFile }: SshServer,
  options: { readonly terminal?: boolean } = {},
): string {
  const words = [
    options.terminal === true ? "-t" : "",
    port === undefined ? "" : `-p ${port}`,
    keyFile === undefined ? "" : `-i ${keyFile}`,
    user === undefined ? host : `${user}@${host}`,
  ];
  return `ssh ${words.filter((word) => word !== "").join(" ")}`;
}
