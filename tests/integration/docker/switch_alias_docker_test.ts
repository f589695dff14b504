/**
 * Switching aliases on a real Docker, with connections that stay open across it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseAddresses } from "../../../lib/docker/address_plan.ts";
import { switchAliasArgv } from "../../../lib/docker/switch_script.ts";
import type { Docker } from "../../../lib/docker/types.ts";
import { type DockerLab, programVolumes, withDocker } from "./docker_lab.ts";

/** Real processes take longer than a test usually may. */
const LIMIT = { timeout: 60_000 };

const PORT = 3000;
const HOLD_MS = 3000;

interface Colors {
  readonly network: string;
  readonly blue: string;
  readonly green: string;
  readonly peer: string;
  readonly addresses: Readonly<Record<"blue" | "green" | "peer", string>>;
}

/** Blue holds the alias `blog`, green does not yet, and a peer talks with both. */
async function startColors(lab: DockerLab): Promise<Colors> {
  const network = await lab.network();
  const { subnet = "", ipRange, gateway } = network;
  const chosen = chooseAddresses({ subnet, ipRange, gateway, taken: [], count: 3 });
  const [blue = "", green = "", peer = ""] = chosen;
  const start = (name: string, address: string, aliases: readonly string[]) =>
    lab.start(name, {
      ...{ network: network.name, address, aliases, volumes: programVolumes() },
      command: ["/bun", "/t/hold_connection.ts", "listen", String(PORT)],
    });
  return {
    network: network.name,
    blue: await start("blue", blue, ["blog", "blue-temp"]),
    green: await start("green", green, ["green-temp"]),
    peer: await start("peer", peer, []),
    addresses: { blue, green, peer },
  };
}

/** Holds a connection from `container` to `address`; `ready` resolves when it stands. */
function hold(docker: Docker, container: string, address: string) {
  const ready = Promise.withResolvers<void>();
  const script = `until (exec 3<>/dev/tcp/${address}/${PORT}) 2>/dev/null; do sleep 0.05; done
exec /bun /t/hold_connection.ts hold ${address} ${PORT} ${HOLD_MS}`;
  const result = docker.exec(container, {
    argv: ["bash", "-c", script],
    onLine: (line) => line === "ready" && ready.resolve(),
  });
  return { ready: ready.promise, result };
}

async function aliasesOf(docker: Docker, name: string, network: string) {
  const [container] = await docker.inspectContainers([name]);
  return container?.networks[network];
}

test(
  "switchNetworkAlias() cuts no incoming and no outgoing connection, of who gains and who loses it",
  LIMIT,
  async () => {
    await withDocker(async (lab) => {
      const { docker } = lab;
      const { network, blue, green, peer, addresses } = await startColors(lab);
      const holds = [
        hold(docker, peer, addresses.blue),
        hold(docker, peer, addresses.green),
        hold(docker, blue, addresses.peer),
        hold(docker, green, addresses.peer),
      ];
      await Promise.all(holds.map(({ ready }) => ready));
      await docker.switchNetworkAlias({
        network,
        containers: [
          { name: green, address: addresses.green, aliases: ["blog", "green-temp"] },
          { name: blue, address: addresses.blue, aliases: ["blue-temp"] },
        ],
      });
      for (const { result } of holds) {
        const { stdout } = await result;
        const [, sent, answered, cut] = /sent (\d+), answered (\d+), cut (\w+)/.exec(stdout) ?? [];
        assert.equal(cut, "false", stdout);
        assert.equal(answered, sent, stdout);
        assert.ok(Number(sent) > 50, stdout);
      }
      assert.deepEqual(await aliasesOf(docker, green, network), {
        ...{ address: addresses.green, configuredAddress: addresses.green },
        aliases: ["blog", "green-temp"],
      });
      assert.deepEqual((await aliasesOf(docker, blue, network))?.aliases, ["blue-temp"]);
      const found = await docker.exec(peer, { argv: ["getent", "ahostsv4", "blog"] });
      assert.match(found.stdout, new RegExp(`^${addresses.green.replaceAll(".", "\\.")} `));
      assert.ok(!found.stdout.includes(`${addresses.blue} `), found.stdout);
    });
  },
);

test("switchNetworkAlias() unplugs nothing, when the aliases are so already", LIMIT, async () => {
  await withDocker(async (lab) => {
    const { docker, runner } = lab;
    const network = await lab.network();
    const [address = ""] = chooseAddresses({
      ...network,
      subnet: network.subnet ?? "",
      taken: [],
      count: 1,
    });
    const name = await lab.start("a", { network: network.name, address, aliases: ["x", "y"] });
    const macArgv = [
      "docker",
      "container",
      "inspect",
      "-f",
      "{{json .NetworkSettings.Networks}}",
      name,
    ];
    const before = await runner.run({ argv: macArgv });
    const containers = [{ name, address, aliases: ["y", "x"] }];
    await docker.switchNetworkAlias({ network: network.name, containers });
    // The endpoint has an id, and plugging makes a new one.
    assert.equal((await runner.run({ argv: macArgv })).stdout, before.stdout);
  });
});

test(
  "switchNetworkAlias() plugs a container again that an earlier run left unplugged",
  LIMIT,
  async () => {
    await withDocker(async (lab) => {
      const { docker, runner } = lab;
      const network = await lab.network();
      const [address = ""] = chooseAddresses({
        ...network,
        subnet: network.subnet ?? "",
        taken: [],
        count: 1,
      });
      const name = await lab.start("a", { network: network.name, address, aliases: ["x"] });
      await runner.run({ argv: ["docker", "network", "disconnect", network.name, name] });
      const containers = [{ name, address, aliases: ["y"] }];
      await docker.switchNetworkAlias({ network: network.name, containers });
      const expected = { address, configuredAddress: address, aliases: ["y"] };
      assert.deepEqual(await aliasesOf(docker, name, network.name), expected);
    });
  },
);

test(
  "switchNetworkAlias() works on a container that does not run, and restarts keep it",
  LIMIT,
  async () => {
    await withDocker(async (lab) => {
      const { docker } = lab;
      const network = await lab.network();
      const [address = ""] = chooseAddresses({
        ...network,
        subnet: network.subnet ?? "",
        taken: [],
        count: 1,
      });
      const name = await lab.start("a", { network: network.name, address, aliases: ["x"] });
      await docker.gracefulShutdown(name, 5000);
      const containers = [{ name, address, aliases: ["y"] }];
      await docker.switchNetworkAlias({ network: network.name, containers });
      await docker.startContainer(name);
      const expected = { address, configuredAddress: address, aliases: ["y"] };
      assert.deepEqual(await aliasesOf(docker, name, network.name), expected);
    });
  },
);

test(
  "switchAliasArgv() finishes, when the caller is killed while the container is unplugged",
  LIMIT,
  async () => {
    await withDocker(async (lab) => {
      const { docker, runner } = lab;
      const network = await lab.network();
      const [address = ""] = chooseAddresses({
        ...network,
        subnet: network.subnet ?? "",
        taken: [],
        count: 1,
      });
      const name = await lab.start("a", { network: network.name, address, aliases: ["x"] });
      const abort = new AbortController();
      const watching = new AbortController();
      const filters = ["--filter", "event=disconnect", "--filter", `network=${network.name}`];
      // Since the network was made: no event between the start of the two commands is missed.
      const events = runner.run({
        argv: ["docker", "events", "--since", "1m", ...filters],
        signal: watching.signal,
        onLine: () => abort.abort(new Error("killed")),
      });
      const containers = [{ name, address, aliases: ["y"] }];
      const argv = switchAliasArgv({ network: network.name, containers });
      await assert.rejects(runner.run({ argv, signal: abort.signal }), /killed/);
      watching.abort(new Error("seen"));
      await assert.rejects(events, /seen/);
      for (;;) {
        const plugged = await aliasesOf(docker, name, network.name);
        if (plugged?.aliases.includes("y") !== true) continue;
        assert.equal(plugged.address, address);
        return;
      }
    });
  },
);
