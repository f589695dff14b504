/**
 * Asks the OpenSSH client on this machine about itself, and about a server, without connecting.
 *
 * The rule: the user's own configuration decides what a name means, as when a command is run.
 *
 * @module
 */
import { isMissingProgram, spawnCommand } from "./spawn.ts";
import { sshResolveArgv, type SshServer, sshVersionArgv } from "./ssh_argv.ts";

const ANSWER_MS = 10_000;

/** The host name or address that ssh connects to for `server`. */
export async function resolveSshHost(
  server: SshServer,
  { configFile, signal }: {
    readonly configFile?: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const argv = sshResolveArgv(server, configFile);
  const { stdout } = await spawnCommand({ argv, signal, timeoutMs: ANSWER_MS });
  return /^hostname (\S+)$/m.exec(stdout)?.[1] ?? server.host;
}

/** The version of this machine's ssh; none where there is none. */
export async function findSshVersion(signal: AbortSignal): Promise<string | undefined> {
  try {
    const { stderr } = await spawnCommand({ argv: sshVersionArgv(), signal, timeoutMs: ANSWER_MS });
    return stderr.trim().split(",")[0] ?? "";
  } catch (error) {
    if (isMissingProgram(error)) return undefined;
    throw error;
  }
}
