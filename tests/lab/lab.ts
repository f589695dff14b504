/**
 * A lab of real servers on one Linux machine: each a network namespace with an address, a Docker and
 * an sshd of its own.
 *
 * The rule: it needs root and the programs, but no Docker that runs; and it leaves nothing behind.
 *
 *     bun tests/lab/lab.ts up [--servers N] [--name NAME] [--owner PID] [--env-file FILE]
 *     bun tests/lab/lab.ts down [--name NAME]
 *
 * @module
 */
import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startBareServer } from "./bare_server.ts";
import { formatLabEnv, type LabEnv } from "./lab_env.ts";
import {
  listLabNamespaces,
  listTakenNetworks,
  makeLabNetwork,
  removeLabNetwork,
} from "./lab_network.ts";
import { withLabLock } from "./lab_lock.ts";
import {
  findFreeBlock,
  formatSshConfig,
  labFolder,
  type LabPlan,
  planLab,
  type ServerPlan,
} from "./lab_plan.ts";
import { endServer, isRunning, SERVER_STATE_FOLDER, startServer } from "./lab_server.ts";
import { runTool } from "./run_tool.ts";

const DEFAULT_NAME = "luma-lab";

/** What a lab is made from. */
export interface LabOptions {
  readonly servers?: number;
  /** Labs of different names can be up at the same time. */
  readonly name?: string;
  /** The process whose end makes the lab a leftover; this one unless given. */
  readonly ownerPid?: number;
}

/** A server that runs. */
export interface LabServer {
  readonly name: string;
  readonly address: string;
  /** `unix://…` */
  readonly dockerHost: string;
  readonly user: "root";
  readonly sshConfigFile: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** What leads a command into the server's own files and network, without SSH. */
  readonly enter: readonly string[];
}

/** A lab that runs. */
export interface Lab {
  readonly servers: readonly LabServer[];
  /** Brings an image of this machine's Docker onto a server. */
  loadImage(server: LabServer, reference: string): Promise<void>;
  /** Takes everything down. */
  stop(): Promise<void>;
}

/** A server that has nothing but SSH, and Docker's packages to install. */
export interface BareServer {
  readonly name: string;
  readonly address: string;
  readonly sshConfigFile: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

/** A lab of bare servers. */
export interface BareLab {
  readonly servers: readonly BareServer[];
  /** Takes everything down. */
  stop(): Promise<void>;
}

/** Starts a lab; what a former one of its name left is removed first. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const name = options.name ?? DEFAULT_NAME;
  const servers = await startServers(options, async (plan, server) => {
    const pid = await startServer(plan, server);
    return describeServer(plan, server, pid);
  });
  return { servers, loadImage, stop: () => stopLab(name) };
}

/** The same of servers without Docker. */
export async function startBareLab(options: LabOptions = {}): Promise<BareLab> {
  const name = options.name ?? DEFAULT_NAME;
  const servers = await startServers(options, async (plan, server) => {
    await startBareServer(plan, server);
    const { sshConfigFile, identityFile, knownHostsFile } = plan;
    const { name, address } = server;
    return { name, address, sshConfigFile, identityFile, knownHostsFile };
  });
  return { servers, stop: () => stopLab(name) };
}

/** Makes the network and the files of a lab, and starts its servers with `start`. */
async function startServers<Server>(
  options: LabOptions,
  start: (plan: LabPlan, server: ServerPlan) => Promise<Server>,
): Promise<readonly Server[]> {
  const name = options.name ?? DEFAULT_NAME;
  requireNoOwner(name);
  await stopLab(name);
  try {
    const plan = await withLabLock(() => makeLab(name, options));
    return await Promise.all(plan.servers.map((server) => start(plan, server)));
  } catch (error) {
    await stopLab(name);
    throw error;
  }
}

/** The files of a lab, and its network: its addresses are taken from then on. */
async function makeLab(name: string, options: LabOptions): Promise<LabPlan> {
  const plan = planLab(name, options.servers ?? 1, findFreeBlock(await listTakenNetworks()));
  mkdirSync(plan.folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${plan.folder}/owner`, String(options.ownerPid ?? process.pid));
  await runTool(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", plan.identityFile]);
  writeFileSync(plan.sshConfigFile, formatSshConfig(plan));
  await makeLabNetwork(plan);
  return plan;
}

/** Takes the lab called `name` down, also one that another process started or left. */
export async function stopLab(name: string = DEFAULT_NAME): Promise<void> {
  const folder = labFolder(name);
  await Promise.all(
    (await listLabNamespaces(name)).map((server) =>
      endServer(server, `unix://${folder}/${server.slice(name.length + 1)}/docker.sock`)
    ),
  );
  await removeLabNetwork(name);
  rmSync(folder, { recursive: true, force: true });
  removeIfEmpty(SERVER_STATE_FOLDER);
}

function describeServer(
  plan: LabPlan,
  server: ServerPlan,
  pid: number,
): LabServer {
  return {
    name: server.name,
    address: server.address,
    dockerHost: server.dockerHost,
    user: "root",
    sshConfigFile: plan.sshConfigFile,
    identityFile: plan.identityFile,
    knownHostsFile: plan.knownHostsFile,
    enter: ["nsenter", "--mount", "--net", "--target", String(pid)],
  };
}

async function loadImage(server: LabServer, reference: string): Promise<void> {
  const script = 'set -e; docker save "$1" | DOCKER_HOST="$2" docker load';
  await runTool(["bash", "-o", "pipefail", "-c", script, "load", reference, server.dockerHost]);
}

/** @throws When a process uses the lab that is neither this one nor its parent. */
function requireNoOwner(name: string): void {
  let text = "";
  try {
    text = readFileSync(`${labFolder(name)}/owner`, "utf8");
  } catch {
    return;
  }
  const pid = Number(text);
  if (pid === process.pid || pid === process.ppid || !isRunning(pid)) return;
  throw new Error(`Cannot use lab "${name}": process ${pid} uses it. Wait, or end that process`);
}

/** The servers' state was bound over this folder; on the machine itself it may have stood before. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "ENOTEMPTY" && code !== "ENOENT" && code !== "EBUSY") throw error;
  }
}

/** What the tests are told of the lab's first server. */
function describeEnv(server: LabServer): LabEnv {
  return {
    dockerHost: server.dockerHost,
    serverAddress: server.address,
    serverName: server.name,
    sshConfigFile: server.sshConfigFile,
    enter: server.enter,
    blogImage: "luma-test-blog",
  };
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: "string", default: DEFAULT_NAME },
      servers: { type: "string", default: "1" },
      owner: { type: "string", default: "0" },
      "env-file": { type: "string" },
    },
  });
  const [command] = positionals;
  if (command === "down") {
    requireNoOwner(values.name);
    return await stopLab(values.name);
  }
  if (command !== "up") throw new Error(`Cannot run lab command "${command ?? ""}": up or down`);
  const lab = await startLab({
    name: values.name,
    servers: Number(values.servers),
    ownerPid: Number(values.owner),
  });
  const [first] = lab.servers;
  const text = first ? formatLabEnv(describeEnv(first)) : "";
  if (values["env-file"] === undefined) process.stdout.write(text);
  else writeFileSync(values["env-file"], text);
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
