/** Getting a connection to an upstream, keeping it, and sending a request again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EndpointState } from "../../../proxy/engine/endpoint.ts";
import { DEFAULT_SETTINGS } from "../../../proxy/engine/settings.ts";
import {
  type Dial,
  type Network,
  silentHandler,
  type Socket,
} from "../../../proxy/engine/socket.ts";
import {
  keepConnection,
  takeConnection,
  UpstreamConnection,
} from "../../../proxy/engine/upstream_connection.ts";
import { testEach } from "./test_each.ts";
import { eventually } from "./test_engine.ts";
import { type Wire, WireServer } from "./wire.ts";

const GET = "GET /x?secret HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Dials to `ports` are never answered, as those to a host that died. */
function swallowing(network: Network, ports: readonly number[]): Network {
  const silence: Dial = { cancel: () => {} };
  return {
    ...network,
    dial: (address, callbacks) =>
      ports.includes(address.port) ? silence : network.dial(address, callbacks),
  };
}

async function refusedPort(): Promise<number> {
  await using server = await WireServer.listen();
  await server.refuse();
  return server.port;
}

async function serveOne(upstream: WireServer): Promise<Wire> {
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write(OK);
  return wire;
}

testEach(
  "Acquisition goes on to the next endpoint when one refuses, and ejects it",
  async (startEngine) => {
    const dead = await refusedPort();
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [dead, upstream.port] });
    await using client = await engine.dial();
    for (let round = 0; round < 4; round++) client.write(GET);
    const wire = await serveOne(upstream);
    await client.readUntil("ok");
    for (let round = 0; round < 3; round++) {
      await wire.readHead();
      wire.write(OK);
      await client.readUntil("ok");
    }
    assert.deepEqual(engine.failed.map(({ endpoint, error }) => [endpoint.port, error]), [
      [dead, "refused"],
    ]);
    assert.equal(engine.generation().failed, 0);
  },
);

testEach(
  "Acquisition dials a second endpoint beside one that hangs, and ejects that",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [1, upstream.port] }, {
      settings: { secondDialMs: 20 },
      network: (network) => swallowing(network, [1]),
    });
    await using client = await engine.dial();
    client.write(GET);
    const wire = await serveOne(upstream);
    await client.readUntil("ok");
    client.write(GET);
    await wire.readHead();
    wire.write(OK);
    await client.readUntil("ok");
    assert.deepEqual(engine.failed.map(({ endpoint }) => endpoint.port), [1]);
  },
);

testEach(
  "Acquisition gives a dial up after its limit, and answers 503 with Retry-After",
  async (startEngine) => {
    await using engine = await startEngine({ ports: [1, 2] }, {
      settings: { secondDialMs: 10, dialTimeoutMs: 40 },
      network: (network) => swallowing(network, [1, 2]),
    });
    await using client = await engine.dial();
    client.write(GET);
    const head = await client.readHead();
    assert.match(head, /^HTTP\/1\.1 503 /);
    assert.match(head, /\r\nRetry-After: 1\r\n/);
    assert.match(head, /\r\nConnection: keep-alive\r\n/);
    assert.deepEqual(engine.generation().examples, [
      "GET /x: connect 127.0.0.1:2: no answer in 40 ms",
    ]);
    assert.equal(engine.generation().failed, 1);
  },
);

testEach("Acquisition tries endpoints that are all ejected", async (startEngine) => {
  await using upstream = await WireServer.listen();
  const ports = [upstream.port];
  await using engine = await startEngine({ ports, ejectedPorts: ports });
  await using client = await engine.dial();
  client.write(GET);
  await serveOne(upstream);
  await client.readUntil("ok");
});

testEach("Acquisition leaves out an endpoint that the snapshot ejects", async (startEngine) => {
  await using sick = await WireServer.listen();
  await using well = await WireServer.listen();
  await using engine = await startEngine({
    ports: [sick.port, well.port],
    ejectedPorts: [sick.port],
  });
  await using client = await engine.dial();
  client.write(GET + GET);
  const wire = await serveOne(well);
  await wire.readHead();
  wire.write(OK);
  await client.readUntil("ok");
  await client.readUntil("ok");
  assert.equal(sick.count, 0);
});

testEach(
  "Exchange answers 502 when an upstream accepts and closes, and counts it",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await using client = await engine.dial();
    client.write(GET);
    const wire = await upstream.accept();
    await wire.readHead();
    wire.destroy();
    assert.match(await client.readHead(), /^HTTP\/1\.1 502 /);
    assert.equal(upstream.count, 1, "a new connection's failure is not tried again");
    assert.equal(engine.generation().failed, 1);
  },
);

testEach("Exchange answers 504 when an answer does not begin in time", async (startEngine) => {
  await using upstream = await WireServer.listen();
  const options = { responseTimeoutMs: 30 };
  await using engine = await startEngine({ ports: [upstream.port], options });
  await using client = await engine.dial();
  client.write(GET);
  const wire = await upstream.accept();
  await wire.readHead();
  assert.match(await client.readHead(), /^HTTP\/1\.1 504 /);
  await wire.readToEnd();
  assert.deepEqual(engine.generation().examples, ["GET /x: no answer in 30 ms"]);
});

testEach(
  "Exchange sends a GET again, as it was, when a kept connection turns out to be closed",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await using client = await engine.dial();
    client.write(GET);
    const first = await serveOne(upstream);
    await client.readUntil("ok");
    client.write(GET);
    const sent = await first.readHead();
    // Another's head comes between: what is sent again must not be what was built last.
    await using other = await engine.dial();
    other.write("GET /other HTTP/1.1\r\nHost: b\r\n\r\n");
    const second = await serveOne(upstream);
    await other.readUntil("ok");
    second.destroy();
    first.destroy();
    const third = await upstream.accept();
    assert.equal(await third.readHead(), sent);
    third.write(OK);
    await client.readUntil("ok");
    assert.equal(engine.generation().requests, 3);
    assert.equal(engine.generation().failed, 0);
  },
);

testEach(
  "Exchange sends a GET again of which much else came behind the head",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await using client = await engine.dial();
    client.write(GET);
    const first = await serveOne(upstream);
    await client.readUntil("ok");
    client.write(GET + "GET /next HTTP/1.1\r\nHost: b\r\n\r\n".repeat(300));
    const sent = await first.readHead();
    first.destroy();
    const second = await upstream.accept();
    assert.equal(await second.readHead(), sent);
    second.write(OK);
    await client.readUntil("ok");
    assert.match(await second.readHead(), /^GET \/next /);
  },
);

testEach("Exchange does not send a POST again (RFC 9110 9.2.2)", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  client.write(POST);
  const first = await serveOne(upstream);
  await client.readUntil("ok");
  client.write(POST);
  await first.readHead();
  first.destroy();
  assert.match(await client.readHead(), /^HTTP\/1\.1 502 /);
  assert.equal(upstream.count, 1);
});

testEach("Exchange does not send a GET again after a part of the answer", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  client.write(GET);
  const first = await serveOne(upstream);
  await client.readUntil("ok");
  client.write(GET);
  await first.readHead();
  first.write("HTTP/1.1 2");
  first.end();
  assert.match(await client.readHead(), /^HTTP\/1\.1 502 /);
  assert.equal(upstream.count, 1);
});

test("takeConnection() gives no connection that was idle for longer than the request allows", () => {
  const socket: Socket = {
    handler: silentHandler,
    bytesWritten: 0,
    remoteAddress: "",
    closed: false,
    write: () => true,
    writeCopy: () => true,
    watchPeer: () => {},
    isFull: false,
    offer: () => 0,
    pause: () => {},
    resume: () => {},
    end: () => {},
    destroy: () => {},
    reset: () => {},
  };
  const endpoint = new EndpointState({ address: "10.0.0.2", port: 1, name: "r" });
  const connection = new UpstreamConnection(socket, endpoint);
  keepConnection(connection, { nowMs: 5_000, keepAliveMs: undefined }, DEFAULT_SETTINGS);
  assert.equal(takeConnection(endpoint, 6_001, DEFAULT_SETTINGS.upstreamFreshMs), undefined);
  assert.equal(takeConnection(endpoint, 6_000, DEFAULT_SETTINGS.upstreamFreshMs), connection);
  keepConnection(connection, { nowMs: 5_000, keepAliveMs: undefined }, DEFAULT_SETTINGS);
  assert.equal(takeConnection(endpoint, 8_999, DEFAULT_SETTINGS.upstreamIdleMs), connection);
  keepConnection(connection, { nowMs: 5_000, keepAliveMs: 3_000 }, DEFAULT_SETTINGS);
  assert.equal(takeConnection(endpoint, 7_000, DEFAULT_SETTINGS.upstreamIdleMs), undefined);
});

for (
  const [name, request] of [
    ["a POST", POST],
    ["a PUT with a body", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"],
  ] as const
) {
  testEach(
    `Exchange asks for a fresher connection for ${name} than for a GET`,
    async (startEngine) => {
      await using upstream = await WireServer.listen();
      await using engine = await startEngine({ ports: [upstream.port] }, {
        settings: { upstreamFreshMs: 0 },
      });
      await using client = await engine.dial();
      client.write(GET);
      await serveOne(upstream);
      await client.readUntil("ok");
      client.write(request);
      await serveOne(upstream);
      await client.readUntil("ok");
      assert.equal(upstream.count, 2);
    },
  );
}

testEach("closeExpired() closes connections that were idle too long", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, {
    settings: { upstreamIdleMs: 30 },
  });
  await using client = await engine.dial();
  client.write(GET);
  const wire = await serveOne(upstream);
  await client.readUntil("ok");
  assert.equal(await wire.readToEnd(), "");
});

testEach("keepConnection() honours the upstream's Keep-Alive: timeout", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  client.write(GET);
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok");
  await client.readUntil("ok");
  assert.equal(await wire.readToEnd(), "", "closed at once: one second is no margin");
});

testEach(
  "RouteState closes idle connections to endpoints that a switch leaves behind",
  async (startEngine) => {
    await using blue = await WireServer.listen();
    await using green = await WireServer.listen();
    await using engine = await startEngine({ ports: [blue.port] });
    await using client = await engine.dial();
    client.write(GET);
    const wire = await serveOne(blue);
    await client.readUntil("ok");
    engine.route({ ports: [green.port], generation: 2, color: "green" });
    assert.equal(await wire.readToEnd(), "");
    client.write(GET);
    await serveOne(green);
    await client.readUntil("ok");
  },
);

testEach(
  "EndpointChoice gives each request the endpoint with the least in flight",
  async (startEngine) => {
    await using one = await WireServer.listen();
    await using two = await WireServer.listen();
    await using engine = await startEngine({ ports: [one.port, two.port] });
    const clients = await Promise.all(Array.from({ length: 6 }, () => engine.dial()));
    for (const client of clients) client.write(GET);
    await eventually(() => one.count + two.count === 6, "six connections");
    assert.deepEqual([one.count, two.count], [3, 3]);
    for (const client of clients) client.destroy();
  },
);
