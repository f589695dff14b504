/**
 * A server of a lab that has no Docker: the files of a bare Debian of its own, in which sshd runs.
 *
 * The rule: nothing of this machine is seen from there but its kernel and devices, so that what is
 * installed there is installed there alone.
 *
 * @module
 */
import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LabPlan, ServerPlan } from "./lab_plan.ts";
import { runTool } from "./run_tool.ts";

const INSTALL = resolve(import.meta.dirname ?? ".", "../tools/install_bare_root.sh");
const INSTALL_TIMEOUT_MS = 400_000;
const START_TIMEOUT_MS = 30_000;

/** Users of a bare server beside root, by what sudo lets them do. */
export const BARE_USERS = { everything: "deploy", withPassword: "asks", nothing: "guest" } as const;

/** Starts the server, and waits until its SSH answers. */
export async function startBareServer(plan: LabPlan, server: ServerPlan): Promise<void> {
  const archive = await runTool([INSTALL], { timeoutMs: INSTALL_TIMEOUT_MS });
  await writeRoot(archive, plan, server);
  const log = openSync(`${server.folder}/log`, "a");
  const child = spawn("nsenter", [
    `--net=/var/run/netns/${server.name}`,
    ...["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"],
    ...["sh", "-ec", bootScript(server)],
  ], { detached: true, stdio: ["ignore", log, log], env: { PATH: SYSTEM_PATH } });
  closeSync(log);
  child.unref();
  await waitForSsh(plan, server);
}

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

async function writeRoot(archive: string, plan: LabPlan, server: ServerPlan): Promise<void> {
  const root = rootFolder(server);
  mkdirSync(root, { recursive: true });
  await runTool(["tar", "-C", root, "--numeric-owner", "-xf", archive]);
  const users = Object.values(BARE_USERS);
  for (const user of users) {
    await runTool(["chroot", root, "useradd", "-m", "-s", "/bin/bash", user]);
  }
  const { everything, withPassword } = BARE_USERS;
  writeFileSync(
    `${root}/etc/sudoers.d/lab`,
    `${everything} ALL=(ALL) NOPASSWD: ALL\n${withPassword} ALL=(ALL) ALL\n`,
  );
  for (const user of ["root", ...users]) await authorize(user, plan, root);
  appendFileSync(`${root}/etc/hosts`, `127.0.0.1 localhost ${server.name}\n`);
  writeFileSync(`${root}/etc/default/docker`, formatDockerDefaults(server));
  const hostKey = readFileSync(`${root}/etc/ssh/ssh_host_ed25519_key.pub`, "utf8");
  appendFileSync(plan.knownHostsFile, `${server.address} ${hostKey}`);
}

/** Docker's init script reads it. It is a file of the package, too: apt has to leave this one alone. */
function formatDockerDefaults({ name }: ServerPlan): string {
  return [
    `DOCKER_OPTS="--cgroup-parent=/${name} --exec-opt native.cgroupdriver=cgroupfs"`,
    // A machine that is itself confined lets nobody raise a limit, and the script would end there.
    'ulimit() { command ulimit "$@" 2>/dev/null || :; }',
    "",
  ].join("\n");
}

async function authorize(user: string, plan: LabPlan, root: string): Promise<void> {
  const home = user === "root" ? "/root" : `/home/${user}`;
  mkdirSync(`${root}${home}/.ssh`, { recursive: true, mode: 0o700 });
  const file = `${home}/.ssh/authorized_keys`;
  writeFileSync(`${root}${file}`, readFileSync(`${plan.identityFile}.pub`));
  chmodSync(`${root}${file}`, 0o600);
  await runTool(["chroot", root, "chown", "-R", `${user}:${user}`, `${home}/.ssh`]);
}

/** The folder that is the server's root. */
function rootFolder({ folder }: ServerPlan): string {
  return `${folder}/root`;
}

/** A plain chroot would not do: `docker load` has to change its root in there. */
function bootScript(server: ServerPlan): string {
  const root = rootFolder(server);
  return [
    "mount --make-rprivate /",
    `mount --bind ${root} ${root}`,
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /sys ${root}/sys`,
    `mount --rbind /dev ${root}/dev`,
    `mount -t tmpfs -o mode=755 tmpfs ${root}/run`,
    `mkdir ${root}/run/sshd ${root}/run/lock ${root}/.former`,
    `hostname ${server.name}`,
    `cd ${root}`,
    "pivot_root . .former",
    "exec chroot . sh -ec 'umount -l /.former; rmdir /.former; exec /usr/sbin/sshd -D -e'",
  ].join("\n");
}

async function waitForSsh(plan: LabPlan, server: ServerPlan): Promise<void> {
  const giveUpAtMs = Date.now() + START_TIMEOUT_MS;
  const ask = ["ssh", "-F", plan.sshConfigFile, server.name, "echo answers"];
  while (await runTool(ask, { mayFail: true, timeoutMs: 10_000 }) !== "answers") {
    if (Date.now() > giveUpAtMs) {
      const log = readFileSync(`${server.folder}/log`, "utf8");
      throw new Error(`Cannot start ${server.name}: no answer over SSH\n${log}`);
    }
    await sleep(100);
  }
}
