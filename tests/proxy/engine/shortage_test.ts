/** What the engine does when its process runs out of file descriptors. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network } from "../../../proxy/engine/socket.ts";
import { startEngine } from "./test_engine.ts";
import { type Wire, WireServer } from "./wire.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
}

async function exchange(client: Wire, path: string, upstream: WireServer): Promise<Wire> {
  client.write(get(path));
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write(OK);
  await client.readUntil("ok");
  return wire;
}

/** Dials fail for want of a descriptor while `isShort` says so. */
function failDials(network: Network, isShort: () => boolean): Network {
  return {
    ...network,
    dial: (address, callbacks) => {
      if (!isShort()) return network.dial(address, callbacks);
      const error = Object.assign(new Error("too many open files"), { code: "EMFILE" });
      const timer = setTimeout(() => callbacks.failed(error), 0);
      return { cancel: () => clearTimeout(timer) };
    },
  };
}

test("Engine leaves no endpoint out when it is itself that has no descriptor for a dial", async () => {
  await using upstream = await WireServer.listen();
  let isShort = true;
  await using engine = await startEngine({ ports: [upstream.port] }, {
    network: (network) => failDials(network, () => isShort),
  });
  await using client = await engine.dial();
  client.write(get("/"));
  assert.match(await client.readUntil("moment\n"), /^HTTP\/1\.1 503 /);
  assert.deepEqual(engine.failed, []);
  assert.match(engine.generation().examples[0]!, /EMFILE/);
  isShort = false;
  await exchange(client, "/", upstream);
});

test("Engine dials again when it has closed idle connections for want of a descriptor", async () => {
  await using one = await WireServer.listen();
  await using other = await WireServer.listen();
  let failures = 0;
  await using engine = await startEngine([
    { app: "one", ports: [one.port], options: { path: "/one" } },
    { app: "other", ports: [other.port], options: { path: "/other" } },
  ], {
    settings: { upstreamIdleMs: 60_000 },
    network: (network) => failDials(network, () => failures-- > 0),
  });
  await using client = await engine.dial();
  const idle = await exchange(client, "/one", one);
  failures = 1;
  await exchange(client, "/other", other);
  await idle.readToEnd();
  assert.deepEqual(engine.failed, []);
  assert.equal(engine.engine.report().traffic.refused.shortage, 0);
});

test("Engine closes idle connections to upstreams before it dials beyond its descriptors", async () => {
  await using one = await WireServer.listen();
  await using other = await WireServer.listen();
  await using engine = await startEngine([
    { app: "one", ports: [one.port], options: { path: "/one" } },
    { app: "other", ports: [other.port], options: { path: "/other" } },
  ], { settings: { maxDescriptors: 3, upstreamIdleMs: 60_000 } });
  await using client = await engine.dial();
  const idle = await exchange(client, "/one", one);
  await exchange(client, "/other", other);
  await idle.readToEnd();
});

test("Engine keeps idle connections to upstreams while descriptors are not few", async () => {
  await using one = await WireServer.listen();
  await using other = await WireServer.listen();
  await using engine = await startEngine([
    { app: "one", ports: [one.port], options: { path: "/one" } },
    { app: "other", ports: [other.port], options: { path: "/other" } },
  ], { settings: { maxDescriptors: 4, upstreamIdleMs: 60_000 } });
  await using client = await engine.dial();
  const idle = await exchange(client, "/one", one);
  await exchange(client, "/other", other);
  client.write(get("/one"));
  await idle.readHead();
  idle.write(OK);
  await client.readUntil("ok");
  assert.equal(one.count, 1);
});
