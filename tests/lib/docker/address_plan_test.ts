/**
 * The arithmetic of the address plan.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import { chooseAddresses, lowerHalf, upperHalf } from "../../../lib/docker/address_plan.ts";

const network = { subnet: "172.18.0.0/16", ipRange: "172.18.128.0/17", gateway: "172.18.0.1" };

test("upperHalf() gives the half that Docker hands out", () => {
  assert.equal(upperHalf("172.18.0.0/16"), "172.18.128.0/17");
  assert.equal(upperHalf("192.168.32.0/20"), "192.168.40.0/21");
  assert.equal(upperHalf("10.0.0.0/24"), "10.0.0.128/25");
  assert.equal(upperHalf("240.0.0.0/4"), "248.0.0.0/5");
});

test("lowerHalf() leaves the network's own address and the gateway out", () => {
  const addresses = [...lowerHalf({ subnet: "10.0.0.0/28", gateway: "10.0.0.3" })];
  assert.deepEqual(addresses, [
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.4",
    "10.0.0.5",
    "10.0.0.6",
    "10.0.0.7",
  ]);
});

test("lowerHalf() takes the first address for the gateway, when none is named", () => {
  assert.deepEqual([...lowerHalf({ subnet: "10.0.0.16/29" })], ["10.0.0.18", "10.0.0.19"]);
});

test("chooseAddresses() gives the lowest free ones, across byte borders", () => {
  const taken = ["172.18.0.2", "172.18.0.4", "172.18.128.1"];
  const chosen = chooseAddresses({ ...network, taken, count: 3 });
  assert.deepEqual(chosen, ["172.18.0.3", "172.18.0.5", "172.18.0.6"]);
  const low = Array.from({ length: 254 }, (_, at) => `172.18.0.${at + 2}`);
  assert.deepEqual(chooseAddresses({ ...network, taken: low, count: 1 }), ["172.18.1.0"]);
});

test("chooseAddresses() leaves out what Docker hands out, when its range is not the upper half", () => {
  const odd = { subnet: "10.0.0.0/24", ipRange: "10.0.0.0/26", gateway: "10.0.0.1" };
  assert.deepEqual(chooseAddresses({ ...odd, taken: [], count: 1 }), ["10.0.0.64"]);
});

test("chooseAddresses() says how many are free, when there are not enough", () => {
  const small = { subnet: "10.0.0.0/29", gateway: "10.0.0.1" };
  assert.throws(
    () => chooseAddresses({ ...small, taken: ["10.0.0.2"], count: 2 }),
    /Cannot choose 2 addresses in 10\.0\.0\.0\/29: only 1 are free/,
  );
  assert.deepEqual(chooseAddresses({ ...small, taken: [], count: 0 }), []);
});

test("upperHalf() refuses what is no IPv4 subnet that can be halved", () => {
  for (const subnet of ["fd00::/64", "10.0.0.0", "10.0.0.0/30", "10.0.0.256/24", ""]) {
    assert.throws(() => upperHalf(subnet), LumaError, subnet);
  }
});

test("chooseAddresses() begins where it is told, and goes around", () => {
  const choice = { subnet: "10.0.0.0/28", ipRange: "10.0.0.8/29", gateway: "10.0.0.1", taken: [] };
  assert.deepEqual(chooseAddresses({ ...choice, count: 3, startAt: 4 }), [
    "10.0.0.6",
    "10.0.0.7",
    "10.0.0.2",
  ]);
  assert.deepEqual(chooseAddresses({ ...choice, count: 1, startAt: 6 * 7 }), ["10.0.0.2"]);
});
