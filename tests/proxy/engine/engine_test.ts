/** The engine as a whole: routes, switches, reports, retirement, large bodies. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { testEach } from "./test_each.ts";
import { eventually } from "./test_engine.ts";
import { WireServer } from "./wire.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const get = (host: string, path = "/"): string => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

testEach("Engine routes by host without case, port and trailing dot", async (startEngine) => {
  await using one = await WireServer.listen();
  await using engine = await startEngine({ ports: [one.port], options: { hosts: ["a.example"] } });
  await using client = await engine.dial();
  for (const host of ["a.example", "A.Example", "a.example:8080", "a.example."]) {
    client.write(get(host));
  }
  const wire = await one.accept();
  for (const host of ["a.example", "A.Example", "a.example:8080", "a.example."]) {
    assert.match(await wire.readHead(), new RegExp(`Host: ${host}\r\n`));
    wire.write(OK);
  }
  client.write(get("b.example"));
  assert.match(await client.readUntil("luma-proxy"), /HTTP\/1\.1 404 Not Found/);
});

for (
  const [what, host, former] of [
    ["former hosts", "old", { hosts: ["old"], path: "/" }],
    ["a former path", "new", { hosts: ["new"], path: "/" }],
    ["every other host, which it did formerly,", "old", { hosts: [], path: "/" }],
  ] as const
) {
  testEach(`Engine routes ${what} until the snapshot drops it`, async (startEngine) => {
    await using upstream = await WireServer.listen();
    const route = { ports: [upstream.port], options: { hosts: ["new"], path: "/new" } };
    await using engine = await startEngine({ ...route, former });
    await using client = await engine.dial();
    client.write(get(host));
    const wire = await upstream.accept();
    await wire.readHead();
    wire.write(OK);
    await client.readUntil("ok");
    engine.route(route);
    client.write(get(host));
    assert.match(await client.readHead(), /^HTTP\/1.1 404 /);
  });
}

testEach(
  "Engine routes an absolute target by its authority (RFC 9112 3.2.2)",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port], options: { hosts: ["a"] } });
    await using client = await engine.dial();
    client.write("GET http://a/x HTTP/1.1\r\nHost: b\r\n\r\n");
    assert.match(await (await upstream.accept()).readHead(), /^GET \/x HTTP\/1\.1\r\nHost: a\r\n/);
  },
);

testEach(
  "apply() sends every later request to the new generation, on the same client connection",
  async (startEngine) => {
    await using blue = await WireServer.listen();
    await using green = await WireServer.listen();
    await using engine = await startEngine({ ports: [blue.port] });
    await using kept = await engine.dial();
    await using slow = await engine.dial();
    kept.write(get("a"));
    const first = await blue.accept();
    await first.readHead();
    first.write(OK);
    await kept.readUntil("ok");
    slow.write(get("a", "/slow"));
    await first.readHead();
    const former = engine.route({ ports: [green.port], generation: 2, color: "green" });
    assert.deepEqual(former, [{ project: "shop", app: "web", generation: 1, inFlight: 1 }]);
    kept.write(get("a"));
    const second = await green.accept();
    await second.readHead();
    second.write(OK);
    await kept.readUntil("ok");
    assert.equal(engine.generation(1).oldest[0]?.path, "/slow");
    first.write(OK);
    await slow.readUntil("ok");
    assert.deepEqual(engine.engine.report().generations.map((one) => one.generation), [2]);
    assert.equal(blue.count, 1);
  },
);

testEach(
  "report() counts requests, failures and what is in flight, by generation",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await using client = await engine.dial();
    client.write(get("a", "/bad?token=1"));
    const wire = await upstream.accept();
    await wire.readHead();
    wire.write("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    await client.readHead();
    client.write(get("a", "/now?token=1"));
    await wire.readHead();
    const { oldest, ...report } = engine.generation();
    assert.deepEqual(report, {
      project: "shop",
      app: "web",
      generation: 1,
      color: "blue",
      requests: 2,
      failed: 1,
      recent: { requests: 2, failed: 1 },
      examples: ["GET /bad: 500"],
      inFlight: 1,
      streams: 0,
    });
    assert.deepEqual(oldest.map(({ method, path, kind }) => [method, path, kind]), [
      ["GET", "/now", "request"],
    ]);
    assert.equal(engine.engine.report().connections, 1);
  },
);

testEach("apply() keeps the counters of a generation that stays", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  client.write(get("a"));
  const wire = await upstream.accept();
  await wire.readHead();
  assert.deepEqual(engine.route({ ports: [upstream.port] }), []);
  assert.deepEqual([engine.generation().requests, engine.generation().inFlight], [1, 1]);
});

testEach(
  "retire() answers what is under way with Connection: close, and refuses new connections",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] }, {
      settings: { retiringIdleMs: 300 },
    });
    await using busy = await engine.dial();
    await using idle = await engine.dial();
    busy.write(get("a"));
    const wire = await upstream.accept();
    await wire.readHead();
    await eventually(() => engine.engine.report().connections === 2, "two connections");
    const retired = engine.engine.retire();
    await assert.rejects(engine.dial());
    idle.write(get("a", "/late"));
    const late = await upstream.accept();
    assert.match(await late.readHead(), /^GET \/late /);
    late.write(OK);
    assert.match(await idle.readToEnd(), /^HTTP\/1\.1 200 .*Connection: close\r\n\r\nok$/s);
    wire.write(OK);
    assert.match(await busy.readToEnd(), /^HTTP\/1\.1 200 .*Connection: close\r\n\r\nok$/s);
    idle.end();
    busy.end();
    await retired;
  },
);

testEach(
  "retire() closes idle connections, and ends what is left after its time",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] }, {
      settings: { retiringIdleMs: 20, retireMs: 150 },
    });
    await using idle = await engine.dial();
    await using stuck = await engine.dial();
    stuck.write(get("a"));
    await (await upstream.accept()).readHead();
    const retired = engine.engine.retire();
    assert.equal(await idle.readToEnd(), "");
    await retired;
    assert.equal(await stuck.closed(), "ECONNRESET");
  },
);

testEach(
  "Engine carries large bodies both ways at the speed of the slower side",
  async (startEngine) => {
    const size = 24 * 1024 * 1024;
    const server = createServer((request, response) => {
      response.writeHead(200, { "Content-Length": size });
      response.flushHeaders();
      request.pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address !== "string");
    await using engine = await startEngine({ ports: [address.port] });
    await using client = await engine.dial();
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    const block = "0123456789abcdef".repeat(64 * 1024);
    let received = 0;
    await client.readHead();
    for (let sent = 0; sent < size; sent += block.length) {
      client.write(block);
      assert.equal(await client.readBytes(block.length), block, `at ${sent}`);
      received += block.length;
    }
    assert.equal(received, size);
    server.closeAllConnections();
    server.close();
  },
);

testEach(
  "Engine loses one connection, and no more, to a fault of the program",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    let dials = 0;
    await using engine = await startEngine({ ports: [upstream.port, upstream.port + 1] }, {
      settings: { secondDialMs: 10 },
      network: (network) => ({
        ...network,
        dial: (address, callbacks) => {
          if (++dials === 1 || dials === 3) throw new Error("boom");
          return dials === 2 ? { cancel: () => {} } : network.dial(address, callbacks);
        },
      }),
    });
    await using first = await engine.dial();
    first.write(get("a"));
    assert.equal(await first.readToEnd(), "");
    await using second = await engine.dial();
    second.write(get("a"));
    assert.equal(await second.closed(), "ECONNRESET");
    assert.equal(engine.logged.length, 2);
    assert.match(engine.logged.join(), /boom.*boom/s);
    await eventually(() => engine.generation().inFlight === 0, "none in flight");
    await using client = await engine.dial();
    client.write(get("a"));
    await (await upstream.accept()).readHead();
  },
);

testEach("Engine reads no more of an answer than a slow client takes", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  client.pause();
  client.write(get("a"));
  const wire = await upstream.accept();
  await wire.readHead();
  const block = "x".repeat(256 * 1024);
  const blocks = 400;
  wire.write(`HTTP/1.1 200 OK\r\nContent-Length: ${block.length * blocks}\r\n\r\n`);
  let sent = 0;
  while (wire.write(block) || sent < 4) {
    sent++;
    assert.ok(sent < blocks, "it never stopped");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  client.resume();
  for (sent++; sent < blocks; sent++) wire.write(block);
  await client.readHead();
  for (let read = 0; read < blocks; read++) await client.readBytes(block.length);
});

testEach("Engine reads no more of an upload than a slow upstream takes", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  const block = "x".repeat(256 * 1024);
  const blocks = 400;
  client.write(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${block.length * blocks}\r\n\r\n`,
  );
  const wire = await upstream.accept();
  await wire.readHead();
  wire.pause();
  let sent = 0;
  let blocked = 0;
  // The kernel's buffers of both connections fill first; then nothing moves any more.
  while (blocked < 20) {
    if (client.write(block)) blocked = 0;
    else blocked++;
    sent++;
    assert.ok(sent < blocks, "it never stopped");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  wire.resume();
  for (; sent < blocks; sent++) client.write(block);
  for (let read = 0; read < blocks; read++) await wire.readBytes(block.length);
});
