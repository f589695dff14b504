/** What the engine does when its process runs out of file descriptors, or of local ports. */
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

/** Dials fail while `isShort` says so; for want of a descriptor, unless `code` says another thing. */
function failDials(network: Network, isShort: () => boolean, code = "EMFILE"): Network {
  return {
    ...network,
    dial: (address, callbacks) => {
      if (!isShort()) return network.dial(address, callbacks);
      const error = Object.assign(new Error("cannot be dialled"), { code });
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

test("Engine closes idle connections for want of something once in a while, not for each dial", async () => {
  await using one = await WireServer.listen();
  await using other = await WireServer.listen();
  let nowMs = 1_000;
  let failures = 0;
  await using engine = await startEngine([
    { app: "one", ports: [one.port], options: { path: "/one" } },
    { app: "other", ports: [other.port], options: { path: "/other" } },
  ], {
    now: () => nowMs,
    settings: { upstreamIdleMs: 60_000, makeRoomMs: 1_000 },
    network: (network) => failDials(network, () => failures-- > 0),
  });
  await using client = await engine.dial();
  const dialInVain = async (): Promise<void> => {
    failures = 2;
    client.write(get("/other"));
    assert.match(await client.readUntil("moment\n"), /^HTTP\/1\.1 503 /);
  };
  const first = await exchange(client, "/one", one);
  await dialInVain();
  await first.readToEnd();
  failures = 0;
  const second = await exchange(client, "/one", one);
  await dialInVain();
  client.write(get("/one"));
  await second.readHead();
  second.write(OK);
  await client.readUntil("ok");
  nowMs += 1_000;
  await dialInVain();
  await second.readToEnd();
  assert.deepEqual(engine.failed, []);
});

test("Engine leaves an endpoint out whose address no dial can begin for", async () => {
  await using one = await WireServer.listen();
  await using other = await WireServer.listen();
  let isShort = false;
  await using engine = await startEngine([
    { app: "one", ports: [one.port], options: { path: "/one" } },
    { app: "other", ports: [other.port], options: { path: "/other" } },
  ], {
    settings: { upstreamIdleMs: 60_000, upstreamFreshMs: 60_000 },
    network: (network) => failDials(network, () => isShort, "EADDRNOTAVAIL"),
  });
  await using client = await engine.dial();
  const idle = await exchange(client, "/one", one);
  isShort = true;
  client.write(get("/other"));
  assert.match(await client.readUntil("moment\n"), /^HTTP\/1\.1 503 /);
  assert.deepEqual(engine.failed.map(({ endpoint, error }) => [endpoint.port, error]), [
    [other.port, "EADDRNOTAVAIL"],
  ]);
  assert.deepEqual(engine.logged, []);
  assert.equal(engine.engine.report().traffic.refused.shortage, 0);
  client.write(get("/one"));
  await idle.readHead();
  idle.write(OK);
  await client.readUntil("ok");
});

test("Engine leaves no endpoint out that was reached while local ports were left", async () => {
  await using upstream = await WireServer.listen();
  let nowMs = 1_000;
  let isShort = false;
  await using engine = await startEngine({ ports: [upstream.port] }, {
    now: () => nowMs,
    network: (network) => failDials(network, () => isShort, "EADDRNOTAVAIL"),
  });
  await using client = await engine.dial();
  await exchange(client, "/", upstream);
  isShort = true;
  nowMs += 59_999;
  client.write(get("/"));
  await client.readUntil("moment\n");
  assert.deepEqual(engine.failed, []);
  assert.equal(engine.engine.report().traffic.refused.shortage, 1);
  assert.match(engine.logged.join(), /short of local ports \(EADDRNOTAVAIL\)/);
  nowMs += 1;
  client.write(get("/"));
  await client.readUntil("moment\n");
  assert.equal(engine.failed.length, 1);
});
