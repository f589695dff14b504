/**
 * The command lines of the OpenSSH client.
 *
 * Pure: words out. The rule: what the user's own `~/.ssh/config` says about host, user, port and key
 * holds, unless luma.yml says otherwise; host keys are never left unchecked.
 *
 * @module
 */
import type { ServerConfig } from "../config/types.ts";

/** A server that is reached over SSH. */
export type SshServer = Extract<ServerConfig, { kind: "ssh" }>;

/** How ssh treats a host key: `yes` refuses one that is not known, `accept-new` notes it down. */
export type HostKeyChecking = "yes" | "accept-new";

/** What a connection is made with, beside the server. */
export interface SshSession {
  readonly hostKeyChecking: HostKeyChecking;
  /** The socket of the shared connection; none: every command connects by itself. */
  readonly controlPath?: string | undefined;
  /** Instead of `~/.ssh/config`. */
  readonly configFile?: string | undefined;
}

/** Runs `remoteCommand`, which the login shell of the user reads; `tty`: in a terminal of its own. */
export function sshArgv(
  server: SshServer,
  session: SshSession & { readonly tty?: boolean },
  remoteCommand: string,
): readonly string[] {
  return [
    ...["ssh", session.tty === true ? "-tt" : "-T", "-x", ...configFileWords(session.configFile)],
    ...option("BatchMode=yes"),
    ...option(`StrictHostKeyChecking=${session.hostKeyChecking}`),
    ...option("ConnectTimeout=10"),
    ...option("ServerAliveInterval=5"),
    ...option("ServerAliveCountMax=3"),
    ...option("LogLevel=ERROR"),
    // Made for people's sessions: a forwarded port that is in use, or another command, would get in the way.
    ...option("ClearAllForwardings=yes"),
    ...option("RemoteCommand=none"),
    ...controlOptions(session.controlPath),
    ...targetWords(server),
    remoteCommand,
  ];
}

/** Prints what ssh's configuration makes of the server; nothing is contacted. */
export function sshResolveArgv(server: SshServer, configFile?: string): readonly string[] {
  return ["ssh", "-G", ...configFileWords(configFile), ...targetWords(server)];
}

/** Prints the client's version. */
export function sshVersionArgv(): readonly string[] {
  return ["ssh", "-V"];
}

/** Ends the shared connection. */
export function sshExitArgv(
  server: SshServer,
  session: { readonly controlPath: string; readonly configFile?: string | undefined },
): readonly string[] {
  const words = [
    ...configFileWords(session.configFile),
    ...option(controlPath(session.controlPath)),
  ];
  return ["ssh", "-O", "exit", ...words, ...targetWords(server)];
}

/**
 * Reads from the output of {@linkcode sshResolveArgv} how host keys are to be checked: as strictly as the
 * user configured, and `accept-new` at the loosest.
 */
export function parseHostKeyChecking(resolved: string): HostKeyChecking {
  return /^stricthostkeychecking (true|yes)$/mi.test(resolved) ? "yes" : "accept-new";
}

function controlOptions(path: string | undefined): readonly string[] {
  if (path === undefined) return option("ControlPath=none");
  return [
    ...option("ControlMaster=auto"),
    ...option("ControlPersist=60s"),
    ...option(controlPath(path)),
  ];
}

function controlPath(path: string): string {
  return `ControlPath=${path.replaceAll("%", "%%")}`;
}

/** Options only where luma.yml gives them, since they override `~/.ssh/config`. */
function targetWords({ host, user, port, keyFile }: SshServer): readonly string[] {
  return [
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(user === undefined ? [] : ["-l", user]),
    ...(keyFile === undefined ? [] : ["-i", keyFile]),
    ...["--", host],
  ];
}

function configFileWords(configFile: string | undefined): readonly string[] {
  return configFile === undefined ? [] : ["-F", configFile];
}

function option(value: string): readonly string[] {
  return ["-o", value];
}
