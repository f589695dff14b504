/**
 * Networks on a real Docker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { upperHalf } from "../../../lib/docker/address_plan.ts";
import { withDocker } from "./docker_lab.ts";

/** Real processes take longer than a test usually may. */
const LIMIT = { timeout: 60_000 };

test("createNetworkWithAddressPlan() leaves the lower half to us", LIMIT, async () => {
  await withDocker(async ({ docker, prefix, start }) => {
    const name = `${prefix}-network`;
    const network = await docker.createNetworkWithAddressPlan(name, { "luma.project": prefix });
    assert.equal(network.name, name);
    assert.equal(network.driver, "bridge");
    assert.deepEqual(network.labels, { "luma.project": prefix });
    assert.equal(network.ipRange, upperHalf(network.subnet ?? ""));
    const container = await start("a", { network: name });
    const [found] = (await docker.inspectNetwork(name))?.attached ?? [];
    assert.equal(found?.name, container);
    const [upper = ""] = network.ipRange?.split("/") ?? [];
    const third = (address: string) => Number(address.split(".")[2]);
    assert.ok(third(found?.address ?? "") >= third(upper), found?.address);
  });
});

test(
  "createNetworkWithAddressPlan() makes one network, when several ask at once",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, prefix, runner }) => {
      const name = `${prefix}-network`;
      const made = await Promise.all(
        [1, 2, 3].map(() => docker.createNetworkWithAddressPlan(name, {})),
      );
      assert.equal(new Set(made.map(({ id }) => id)).size, 1);
      const argv = ["docker", "network", "ls", "-q", "--filter", `name=${prefix}`];
      assert.equal((await runner.run({ argv })).stdout.trim().split("\n").length, 1);
    });
  },
);

test(
  "inspectNetwork() gives nothing for a missing one, and for an id's beginning",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, network, prefix }) => {
      assert.equal(await docker.inspectNetwork(`${prefix}-none`), undefined);
      const { id } = await network();
      assert.equal(await docker.inspectNetwork(id.slice(0, 6)), undefined);
      assert.equal((await docker.inspectNetwork(id))?.id, id);
    });
  },
);

test("createNetwork() and connectNetwork() may be repeated", LIMIT, async () => {
  await withDocker(async ({ docker, prefix, start }) => {
    const name = `${prefix}-plain`;
    for (const _ of [1, 2]) await docker.createNetwork(name, { a: "b" });
    const container = await start("a");
    for (const _ of [1, 2]) await docker.connectNetwork(container, name);
    const [found] = await docker.inspectContainers([container]);
    assert.deepEqual(Object.keys(found?.networks ?? {}).sort(), ["bridge", name]);
  });
});
