/**
 * A cron daemon whose crontabs are nobody else's.
 *
 * The rule: it runs Debian's own cron in the foreground, in a mount namespace in which spool, /run and
 * the system's crontabs are a test's; this machine's stay as they are.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Command, Output } from "../../../lib/ssh/runner.ts";

const INSTALL = resolve(import.meta.dirname ?? ".", "../../tools/install_cron.sh");

/** A daemon of cron that runs. */
export interface PrivateCron {
  /** Runs a command where crontab(1) edits the crontabs of this daemon. */
  run(argv: readonly string[], options?: Pick<Command, "stdin">): Promise<Output>;
}

/** The shell becomes cron in the end. Argument: a folder of the test's own. */
const BOOT = `
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$1/spool/crontabs" "$1/run" "$1/cron.d"
chgrp crontab "$1/spool/crontabs" && chmod 1730 "$1/spool/crontabs"
: > "$1/crontab"
mount --make-rprivate /
mount --bind "$1/spool" /var/spool/cron
mount --bind "$1/cron.d" /etc/cron.d
mount --bind "$1/crontab" /etc/crontab
mount --bind "$1/run" /run
touch "$1/ready"
exec cron -f
`;

/** Gives `body` a cron that runs, and ends it afterwards. */
export async function withPrivateCron(
  env: Readonly<Record<string, string>>,
  body: (cron: PrivateCron) => Promise<void>,
): Promise<void> {
  const runner = createLocalRunner({ server: "local", env });
  const installed = await runner.run({ argv: [INSTALL], timeoutMs: 200_000 });
  if (installed.status !== 0) throw new Error(installed.stderr);
  const folder = await mkdtemp(join(tmpdir(), "luma-cron-"));
  const words = ["--mount", "--propagation", "unchanged", "sh", "-ec", BOOT, "boot", folder];
  const daemon = spawn("unshare", words, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<void>((done) => daemon.once("exit", () => done()));
  const enter = ["nsenter", "--mount", "--target", String(daemon.pid)];
  try {
    await untilReady(join(folder, "ready"), daemon.pid ?? 0);
    await body({ run: (argv, options) => runner.run({ ...options, argv: [...enter, ...argv] }) });
  } finally {
    daemon.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true });
  }
}

async function untilReady(file: string, pid: number): Promise<void> {
  const { access, readFile } = await import("node:fs/promises");
  for (let left = 200;; left--) {
    const comm = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    const isThere = await access(file).then(() => true, () => false);
    if (isThere && comm.trim() === "cron") return;
    if (left === 0) throw new Error(`cron did not start (process ${pid}: ${comm})`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** This test's environment, without what would lead cron's luma elsewhere. */
export function plainEnvironment(dockerHost: string): Readonly<Record<string, string>> {
  return { PATH: process.env["PATH"] ?? "", DOCKER_HOST: dockerHost };
}
