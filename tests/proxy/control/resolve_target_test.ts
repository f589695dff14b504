import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTarget } from "../../../proxy/control/parse_request.ts";
import { resolveTarget } from "../../../proxy/control/resolve_target.ts";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "blog.shop-network": ["10.0.0.3", "10.0.0.2"],
  blog: ["10.9.9.9"],
  bare: ["10.0.0.7"],
};

async function lookUp(name: string): Promise<readonly string[]> {
  const found = NAMES[name];
  if (found === undefined) throw new Error("ENOTFOUND");
  return found;
}

function resolve(target: string): Promise<readonly unknown[]> {
  return resolveTarget(parseTarget(target, "target"), "shop", lookUp);
}

test("resolveTarget() takes all addresses of the alias in the project's network", async () => {
  assert.deepEqual(await resolve("blog:3000"), [
    { address: "10.0.0.2", port: 3000, name: "10.0.0.2:3000" },
    { address: "10.0.0.3", port: 3000, name: "10.0.0.3:3000" },
  ]);
});

test("resolveTarget() takes the bare name, when the network does not know it", async () => {
  assert.deepEqual(await resolve("bare:80"), [{
    address: "10.0.0.7",
    port: 80,
    name: "10.0.0.7:80",
  }]);
});

test("resolveTarget() takes an address as it is", async () => {
  assert.deepEqual(await resolve("[fd00::1]:80"), [
    { address: "fd00::1", port: 80, name: "[fd00::1]:80" },
  ]);
});

test("resolveTarget() says which names are not known", async () => {
  await assert.rejects(resolve("gone:80"), /neither gone\.shop-network nor gone is known/);
});

for (const text of ["blog", "blog:0", "blog:70000", ":80", "a b:80", "[zz]:80", "http://blog:80"]) {
  test(`parseTarget() refuses "${text}"`, () => {
    assert.throws(() => parseTarget(text, "target"), /target: expected/);
  });
}
