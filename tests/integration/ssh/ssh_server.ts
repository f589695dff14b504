/**
 * A real sshd on 127.0.0.1 for tests: its own port, host key, authorized key and client configuration.
 *
 * The rule: everything is in one temporary folder, and only processes that were started here are ended.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import type { SshServer } from "../../../lib/ssh/ssh_argv.ts";

/** An sshd that runs, and what a client needs. */
export interface TestSshServer {
  readonly folder: string;
  readonly port: number;
  readonly server: SshServer;
  /** Client configuration: known hosts of its own. */
  readonly configFile: string;
  /** Ids of the processes that serve connections now. */
  connections(): readonly number[];
  /** Resolves when no connection is left. */
  idle(): Promise<void>;
  /** Ends the processes that serve connections, as a reset network would. */
  cutConnections(): void;
  /** Gives the server another host key; connections that stand are not touched. */
  changeHostKey(): Promise<void>;
  /** Adds lines to the client's configuration. */
  configure(lines: string): void;
}

const SSHD = "/usr/sbin/sshd";

/** Starts an sshd, runs `use` with it, and ends it. */
export async function withSshServer(
  use: (server: TestSshServer) => Promise<void>,
  sshdLines: (folder: string) => readonly string[] = () => [],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "luma-sshd-"));
  const port = await findFreePort();
  makeKey(folder, "host_key");
  makeKey(folder, "id");
  writeFiles(folder, port, sshdLines(folder));
  let sshd = await startSshd(folder, port);
  try {
    await use(describeServer(folder, port, {
      pid: () => sshd.pid ?? 0,
      async restart() {
        await stopProcess(sshd);
        sshd = await startSshd(folder, port);
      },
    }));
  } finally {
    for (const pid of childrenOf(sshd.pid ?? 0)) endProcess(pid);
    await stopProcess(sshd);
    rmSync(folder, { recursive: true });
  }
}

function describeServer(
  folder: string,
  port: number,
  sshd: { pid(): number; restart(): Promise<void> },
): TestSshServer {
  const configFile = join(folder, "ssh_config");
  const keyFile = join(folder, "id");
  let clientLines = `UserKnownHostsFile ${join(folder, "known_hosts")}\nIdentityAgent none\n`;
  writeFileSync(configFile, clientLines);
  return {
    folder,
    port,
    server: { kind: "ssh", name: "web1", host: "127.0.0.1", port, keyFile },
    configFile,
    connections: () => childrenOf(sshd.pid()),
    async idle() {
      while (childrenOf(sshd.pid()).length > 0) await setImmediate();
    },
    cutConnections() {
      for (const pid of childrenOf(sshd.pid())) endProcess(pid);
    },
    async changeHostKey() {
      rmSync(join(folder, "host_key"));
      makeKey(folder, "host_key");
      await sshd.restart();
    },
    configure(lines) {
      clientLines += `${lines}\n`;
      writeFileSync(configFile, clientLines);
    },
  };
}

/** Makes a key pair `name` and `name.pub`. */
export function makeKey(folder: string, name: string): void {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
}

function writeFiles(folder: string, port: number, sshdLines: readonly string[]): void {
  const publicKey = execFileSync("cat", [join(folder, "id.pub")]);
  writeFileSync(join(folder, "authorized_keys"), publicKey, { mode: 0o600 });
  writeFileSync(
    join(folder, "sshd_config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${join(folder, "host_key")}`,
      `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
      "PidFile none",
      "UsePAM no",
      "StrictModes no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "MaxSessions 10",
      ...sshdLines,
      "",
    ].join("\n"),
  );
}

async function startSshd(folder: string, port: number): Promise<ChildProcess> {
  // sshd's privilege separation needs it, and nobody makes it where no init runs.
  mkdirSync("/run/sshd", { recursive: true });
  const child = spawn(SSHD, ["-f", join(folder, "sshd_config"), "-D", "-e"], { stdio: "ignore" });
  const ended = once(child, "exit").then(() => {
    throw new Error(`sshd ended: try ${SSHD} -t -f ${join(folder, "sshd_config")}`);
  });
  ended.catch(() => {});
  await Promise.race([waitForPort(port), ended]);
  return child;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function childrenOf(pid: number): readonly number[] {
  const listing = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return listing.split("\n").map((line) => line.trim().split(/\s+/).map(Number)).filter(
    ([, parent]) => parent === pid,
  ).map(([child]) => child ?? 0);
}

/** Finds a port that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function waitForPort(port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
  }
}
