/**
 * The names, addresses and files of a lab of real servers on this machine.
 *
 * Pure: the same name and number of servers on the same free block give the same plan.
 *
 * @module
 */

/** A lab: servers on a bridge of their own. */
export interface LabPlan {
  /** Starts the name of everything that it makes: namespaces, links, cgroups. */
  readonly name: string;
  /** Everything that it writes. */
  readonly folder: string;
  readonly bridge: string;
  readonly bridgeAddress: string;
  readonly servers: readonly ServerPlan[];
  readonly sshConfigFile: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

/** One server: a network namespace with a Docker and an sshd of its own. */
export interface ServerPlan {
  /** Of the namespace, of its link on the bridge, and of its cgroup. */
  readonly name: string;
  readonly folder: string;
  readonly address: string;
  readonly dockerHost: string;
  /** Address and width of its docker0. */
  readonly dockerBridge: string;
  /** The block from which its Docker takes networks of 254 addresses. */
  readonly dockerPool: string;
}

/** A pair of `10.x.0.0/16`: one for the servers and their bridges, one for their networks. */
export interface AddressBlock {
  readonly servers: number;
  readonly networks: number;
}

/** Blocks that few people use. */
const BLOCKS: readonly AddressBlock[] = [
  { servers: 213, networks: 214 },
  { servers: 217, networks: 218 },
  { servers: 221, networks: 222 },
  { servers: 225, networks: 226 },
  { servers: 235, networks: 236 },
  { servers: 239, networks: 240 },
  { servers: 243, networks: 244 },
  { servers: 229, networks: 230 },
  { servers: 247, networks: 248 },
  { servers: 251, networks: 252 },
];
const MOST_SERVERS = 8;

/** The folder that holds everything of the lab called `name`. */
export function labFolder(name: string): string {
  return `/var/tmp/${name}`;
}

/** Plans a lab of `count` servers. */
export function planLab(name: string, count: number, block: AddressBlock): LabPlan {
  if (!/^[a-z][a-z0-9-]{1,9}$/.test(name)) {
    throw new RangeError(`Cannot plan lab "${name}": its name takes 2 to 10 of a-z, 0-9 and -`);
  }
  if (count < 1 || count > MOST_SERVERS) {
    throw new RangeError(`Cannot plan a lab of ${count} servers: 1 to ${MOST_SERVERS}`);
  }
  const folder = labFolder(name);
  return {
    name,
    folder,
    bridge: `${name}0`,
    bridgeAddress: `10.${block.servers}.0.1`,
    sshConfigFile: `${folder}/ssh_config`,
    identityFile: `${folder}/id`,
    knownHostsFile: `${folder}/known_hosts`,
    servers: Array.from({ length: count }, (_, index) => ({
      name: `${name}-${index + 1}`,
      folder: `${folder}/${index + 1}`,
      address: `10.${block.servers}.0.${index + 11}`,
      dockerHost: `unix://${folder}/${index + 1}/docker.sock`,
      dockerBridge: `10.${block.servers}.${index + 1}.1/24`,
      dockerPool: `10.${block.networks}.${index * 32}.0/19`,
    })),
  };
}

/**
 * The first block that overlaps none of `taken`.
 *
 * @param taken Addresses and networks in use: `192.0.2.0/24`, `10.0.0.1`.
 * @throws When all of them are taken.
 */
export function findFreeBlock(taken: readonly string[]): AddressBlock {
  const ranges = taken.flatMap((text) => parseRange(text) ?? []);
  const free = BLOCKS.find((block) =>
    [block.servers, block.networks].every((second) => {
      const first = (10 * 256 + second) * 65_536;
      return ranges.every((range) => range.last < first || range.first > first + 65_535);
    })
  );
  if (!free) throw new Error(`Cannot find a free network for the lab among ${BLOCKS.length}`);
  return free;
}

/** The numbers of the first and last address; nothing for what is no address. */
function parseRange(text: string) {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text);
  if (!match) return undefined;
  const number = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(match[5] ?? 32));
  const first = number - number % size;
  // A default route is no clash.
  return size === 2 ** 32 ? undefined : { first, last: first + size - 1 };
}

/** The configuration of a server's Docker; the machine's own daemon.json is not read. */
export function formatDaemonConfig(server: ServerPlan): string {
  return JSON.stringify(
    {
      hosts: [server.dockerHost],
      "data-root": `${server.folder}/data`,
      "exec-root": `${server.folder}/exec`,
      pidfile: `${server.folder}/docker.pid`,
      bip: server.dockerBridge,
      "default-address-pools": [{ base: server.dockerPool, size: 24 }],
      "cgroup-parent": `/${server.name}`,
      // The same on every machine; the other driver wants a systemd that knows the parent.
      "exec-opts": ["native.cgroupdriver=cgroupfs"],
      "shutdown-timeout": 3,
    },
    undefined,
    2,
  );
}

/** The configuration of a server's sshd, which leads every command to the server's own Docker. */
export function formatSshdConfig(server: ServerPlan, options: { readonly pam: boolean }): string {
  return [
    `ListenAddress ${server.address}:22`,
    `HostKey ${server.folder}/host_key`,
    `PidFile ${server.folder}/sshd.pid`,
    `AuthorizedKeysFile ${server.folder}/authorized_keys`,
    "StrictModes no",
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    // Without PAM, sshd refuses accounts whose password is locked.
    `UsePAM ${options.pam ? "yes" : "no"}`,
    "PrintMotd no",
    `SetEnv DOCKER_HOST=${server.dockerHost}`,
    "",
  ].join("\n");
}

/** The configuration for clients: each server by its name and by its address. */
export function formatSshConfig(plan: LabPlan): string {
  return plan.servers.map((server) =>
    [
      `Host ${server.name} ${server.address}`,
      `  HostName ${server.address}`,
      "  Port 22",
      "  User root",
      `  IdentityFile ${plan.identityFile}`,
      "  IdentitiesOnly yes",
      `  UserKnownHostsFile ${plan.knownHostsFile}`,
      "  GlobalKnownHostsFile /dev/null",
      "  StrictHostKeyChecking yes",
      "",
    ].join("\n")
  ).join("");
}
