/**
 * Reads from ssh's words why it failed.
 *
 * Pure: words in, an error out that says the cause plainly and what to do.
 *
 * @module
 */
import { formatLogin } from "./login_line.ts";
import { RunnerError, type RunnerFailure } from "./runner_error.ts";
import type { SshServer } from "./ssh_argv.ts";

/** What is known of a failure. */
export interface SshFailure {
  readonly server: SshServer;
  /** Whether ssh was still to log in, or was running a command. */
  readonly phase: "login" | "command";
  /** What was to be run, for people: `docker ps`. */
  readonly what: string;
  readonly stderr: string;
}

/**
 * What ssh's last line means; the first that fits counts. All are from before a connection stood. Lines
 * before the last can be the command's own, and tell nothing.
 */
const KNOWN: readonly (readonly [RegExp, RunnerFailure])[] = [
  [/^Host key verification failed|^No .* host key is known for/, "host-key-unknown"],
  [/^ssh: Could not resolve hostname/, "host-not-found"],
  [/^ssh: connect to .*: Connection refused/, "refused"],
  [/^ssh: connect to .*: (Connection|Operation) timed out/, "connect-timeout"],
  [/^Connection timed out during banner/, "connect-timeout"],
  [/^\S+: Permission denied \(|Too many authentication failures/, "permission-denied"],
  [/^ssh: connect to |^kex_exchange_identification|^banner exchange/, "unreachable"],
  [/^Unable to negotiate/, "unreachable"],
];

/** Makes the error of an ssh that failed by itself. */
export function explainSshFailure(failure: SshFailure): RunnerError {
  const { server, what, stderr } = failure;
  const kind = classify(failure);
  const hint = hintOf(kind, failure);
  const options = hint === undefined ? {} : { hint };
  if (kind === "dropped") {
    const words = lastLine(stderr);
    const where = `The connection to ${server.name} dropped while \`${what}\` ran`;
    const message = `${where}${
      words === "" ? "" : ` (${words})`
    }; what runs there may still finish`;
    return new RunnerError(kind, message, options);
  }
  return new RunnerError(kind, `Cannot reach ${nameOf(server)}: ${causeOf(kind, stderr)}`, options);
}

function classify({ phase, stderr }: SshFailure): RunnerFailure {
  const line = lastLine(stderr);
  const found = KNOWN.find(([pattern]) => pattern.test(line))?.[1];
  const isChanged = /HOST IDENTIFICATION HAS CHANGED|^Offending .* key in/m.test(stderr);
  if (found === "host-key-unknown" && isChanged) return "host-key-changed";
  return found ?? (phase === "login" ? "unreachable" : "dropped");
}

/** Makes the error of a machine that has no ssh. */
export function explainMissingSsh(
  server: SshServer,
  cause: unknown,
  path?: string,
): RunnerError {
  const looked = path === undefined ? "" : ` (PATH was ${path})`;
  const where = `there is no \`ssh\` on this machine${looked}`;
  const message = `Cannot reach ${nameOf(server)}: ${where}`;
  return new RunnerError("not-installed", message, {
    hint: "Install the OpenSSH client, for instance: apt install openssh-client",
    cause,
  });
}

function nameOf({ name, host }: SshServer): string {
  return name === host ? name : `${name} (${host})`;
}

function causeOf(kind: RunnerFailure, stderr: string): string {
  switch (kind) {
    case "host-not-found":
      return "no address is known for this host name";
    case "refused":
      return "nothing listens for SSH there, or a firewall refuses it";
    case "connect-timeout":
      return "no answer within 10 seconds";
    case "permission-denied":
      return `the server accepts none of the keys (${plainWords(stderr)})`;
    case "host-key-changed":
      return "its host key is not the one that is known: it was set up anew, or somebody listens in";
    case "host-key-unknown":
      return "its host key is not known, and your SSH configuration accepts no new ones";
    case "unreachable":
    case "dropped":
    case "timed-out":
    case "not-installed":
    case "not-started":
      return plainWords(stderr) || "ssh gave no reason";
  }
}

function hintOf(kind: RunnerFailure, { server, stderr }: SshFailure): string | undefined {
  const ssh = formatLogin(server);
  switch (kind) {
    case "host-not-found":
      return "Check the host name, or give it an address in ~/.ssh/config";
    case "refused":
      return `Check the port, and that sshd runs there: ${ssh}`;
    case "connect-timeout":
      return `Check the address, the network and the firewall: ${ssh}`;
    case "permission-denied":
      return `Check user and key, load the key with ssh-add, or put it there: ${
        ssh.replace(/^ssh/, "ssh-copy-id")
      }\nThis must work without a question: ${ssh}`;
    case "host-key-changed":
      return `If you know why it changed, forget the old key: ${forgetLine(server, stderr)}`;
    case "host-key-unknown":
      return `Connect once by hand, and compare the fingerprint: ${ssh}`;
    case "dropped":
      return "Run the same command again: it finds out how far it came";
    case "unreachable":
      return `Try it by hand: ${ssh}`;
    case "timed-out":
    case "not-installed":
    case "not-started":
      return undefined;
  }
}

/** The line that removes the known key, from the file and for the name that ssh itself mentions. */
function forgetLine({ host, port }: SshServer, stderr: string): string {
  const file = /Offending .* key in (.+):\d+/.exec(stderr)?.[1];
  const fallback = port === undefined || port === 22 ? host : `[${host}]:${port}`;
  const name = /Host key for (\S+) has changed/.exec(stderr)?.[1] ?? fallback;
  return `ssh-keygen ${file === undefined ? "" : `-f '${file}' `}-R '${name}'`;
}

/** ssh's reason, without the program's name. */
function plainWords(stderr: string): string {
  return lastLine(stderr).replace(/^ssh: /, "").replace(/\.$/, "");
}

function lastLine(stderr: string): string {
  return stderr.trim().split("\n").at(-1)?.trim() ?? "";
}
