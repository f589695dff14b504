/**
 * One server of a lab: a Docker and an sshd in a network namespace, with folders of their own.
 *
 * The rule: both live in one mount namespace in which /run, /etc/docker and /var/lib/luma are the
 * server's.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { formatDaemonConfig, formatSshdConfig, type LabPlan, type ServerPlan } from "./lab_plan.ts";
import { runTool } from "./run_tool.ts";

/** Where luma keeps what is no container; each server has its own. */
export const SERVER_STATE_FOLDER = "/var/lib/luma";

/** Where older engines keep the key that their id is made of. */
const DOCKER_FOLDER = "/etc/docker";

const START_TIMEOUT_MS = 60_000;

/**
 * Starts the server and waits until its Docker answers, also over SSH.
 *
 * @returns The id of the process whose namespaces are the server's.
 */
export async function startServer(plan: LabPlan, server: ServerPlan): Promise<number> {
  await writeServerFiles(plan, server);
  const log = openSync(`${server.folder}/log`, "a");
  // nsenter, unshare and the shell each become the next: the process is dockerd in the end.
  const child = spawn("nsenter", [
    `--net=/var/run/netns/${server.name}`,
    ...["unshare", "--mount", "sh", "-ec", bootScript(server)],
  ], { detached: true, stdio: ["ignore", log, log], env: bootEnvironment() });
  closeSync(log);
  child.unref();
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Cannot start ${server.name}: nsenter did not start`);
  await waitUntilItAnswers(plan, server, pid);
  // A test may end dockerd and start it again: sshd stays.
  return Number(readFileSync(`${server.folder}/sshd.pid`, "utf8"));
}

async function writeServerFiles(plan: LabPlan, server: ServerPlan): Promise<void> {
  for (const folder of ["run/sshd", "run/lock", "luma", "etc", "data", "exec"]) {
    mkdirSync(`${server.folder}/${folder}`, { recursive: true });
  }
  for (const folder of [SERVER_STATE_FOLDER, DOCKER_FOLDER]) mkdirSync(folder, { recursive: true });
  const hostKey = `${server.folder}/host_key`;
  await runTool(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey]);
  const publicKey = readFileSync(`${hostKey}.pub`, "utf8");
  writeFileSync(plan.knownHostsFile, `${server.address} ${publicKey}`, { flag: "a" });
  writeFileSync(`${server.folder}/authorized_keys`, readFileSync(`${plan.identityFile}.pub`));
  writeFileSync(`${server.folder}/daemon.json`, formatDaemonConfig(server));
  const status = await runTool(["passwd", "--status", "root"], { mayFail: true });
  const pam = status.split(" ")[1] === "L";
  writeFileSync(`${server.folder}/sshd_config`, formatSshdConfig(server, { pam }));
}

function bootScript({ folder }: ServerPlan): string {
  return [
    "mount --make-rprivate /",
    `mount --bind ${folder}/run /run`,
    `mount --bind ${folder}/luma ${SERVER_STATE_FOLDER}`,
    `mount --bind ${folder}/etc ${DOCKER_FOLDER}`,
    // sshd wants to be called by its whole path, and goes into the background by itself.
    `"$(command -v sshd)" -f ${folder}/sshd_config -E ${folder}/sshd.log`,
    `exec dockerd --config-file ${folder}/daemon.json`,
  ].join("\n");
}

/** Without what would lead Docker's programs elsewhere. */
function bootEnvironment(): Record<string, string> {
  return { PATH: `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`, HOME: "/root" };
}

async function waitUntilItAnswers(
  plan: LabPlan,
  server: ServerPlan,
  pid: number,
): Promise<void> {
  const giveUpAtMs = Date.now() + START_TIMEOUT_MS;
  const ask = ["ssh", "-F", plan.sshConfigFile, server.name, "docker", "version"];
  for (let answer = ""; !answer.includes("Server:");) {
    answer = await runTool(ask, { mayFail: true, timeoutMs: 10_000 });
    if (answer.includes("Server:")) return;
    const ended = !isRunning(pid);
    if (ended || Date.now() > giveUpAtMs) {
      const reason = ended ? "its dockerd ended" : `no answer after ${START_TIMEOUT_MS} ms`;
      throw new Error(`Cannot start ${server.name}: ${reason}\n${newestLines(server)}`);
    }
    await sleep(200);
  }
}

function newestLines(server: ServerPlan): string {
  const ssh = readNewestLines(`${server.folder}/sshd.log`);
  return [...readNewestLines(`${server.folder}/log`), ...ssh].join("\n");
}

function readNewestLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").trim().split("\n").slice(-12);
  } catch {
    return [`(no ${path})`];
  }
}

/** Whether a process exists; one that ended and was not collected does not count. */
export function isRunning(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")") + 2, status.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
}

/**
 * Ends every process of a server by its id, its containers too, and removes its cgroups.
 *
 * @param name The server's name, which its namespace and its cgroup have.
 */
export async function endServer(name: string, dockerHost: string | undefined): Promise<void> {
  if (dockerHost !== undefined) {
    const env = { DOCKER_HOST: dockerHost };
    const mayFail = { env, mayFail: true, timeoutMs: 30_000 };
    const containers = await runTool(["docker", "ps", "-q"], mayFail);
    if (containers) await runTool(["docker", "kill", ...containers.split(/\s+/)], mayFail);
  }
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const giveUpAtMs = Date.now() + 10_000;
    for (const pid of await listProcesses(name)) sendSignal(pid, signal);
    while ((await listProcesses(name)).length > 0 && Date.now() < giveUpAtMs) await sleep(100);
  }
  const groups = ["find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", `*/${name}*`];
  await runTool([...groups, "-exec", "rmdir", "{}", "+"], { mayFail: true });
}

/** The processes in the server's network namespace and in its cgroup. */
async function listProcesses(name: string): Promise<readonly number[]> {
  const inNamespace = await runTool(["ip", "netns", "pids", name], { mayFail: true });
  const group = ["find", "/sys/fs/cgroup", "-path", `*/${name}/*`, "-name", "cgroup.procs"];
  const inGroup = await runTool([...group, "-exec", "cat", "{}", "+"], { mayFail: true });
  const pids = `${inNamespace} ${inGroup}`.split(/\s+/).map(Number).filter((pid) => pid > 1);
  return [...new Set(pids)].filter(isRunning);
}

function sendSignal(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in between.
    if ((error as { code?: string }).code !== "ESRCH") throw error;
  }
}
