/** Ends that are not orderly: cut answers, clients that go, half-closed ones, slow ones. */
import assert from "node:assert/strict";
import { type StartEngine, testEach } from "./test_each.ts";
import { eventually, type TestEngine } from "./test_engine.ts";
import { type Wire, WireServer } from "./wire.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const PROBE = "HTTP/1.1 100 Continue\r\n\r\n";

interface Parts {
  readonly client: Wire;
  readonly upstream: WireServer;
  readonly wire: Wire;
  readonly engine: TestEngine;
}

/** Runs a test with a request that has reached its upstream. */
async function requested(
  { startEngine, request }: { readonly startEngine: StartEngine; readonly request: string },
  run: (parts: Parts) => Promise<void>,
  options: Parameters<StartEngine>[1] = {},
): Promise<void> {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, options);
  await using client = await engine.dial();
  client.write(request);
  await using wire = await upstream.accept();
  await wire.readHead();
  await run({ client, upstream, wire, engine });
  assert.deepEqual(engine.logged, []);
}

testEach(
  "Answer resets a client when a body of known length is cut",
  (startEngine) =>
    requested({ startEngine, request: GET }, async ({ client, wire, engine }) => {
      wire.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
      await client.readUntil("abc");
      wire.end();
      assert.equal(await client.closed(), "ECONNRESET");
      assert.deepEqual(engine.generation().examples, ["GET /: closed before the answer was whole"]);
    }),
);

testEach(
  "Answer resets a client when a chunked body is cut",
  (startEngine) =>
    requested({ startEngine, request: GET }, async ({ client, wire }) => {
      wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      await client.readUntil("abc");
      wire.end();
      assert.equal(await client.closed(), "ECONNRESET");
      assert.doesNotMatch(client.pending, /0\r\n/);
    }),
);

testEach(
  "Answer resets a client when a body until close is reset",
  (startEngine) =>
    requested(
      { startEngine, request: "GET / HTTP/1.0\r\n\r\n" },
      async ({ client, wire, engine }) => {
        wire.write("HTTP/1.1 200 OK\r\n\r\nabc");
        await client.readUntil("abc");
        wire.reset();
        assert.equal(await client.closed(), "ECONNRESET");
        assert.deepEqual(engine.generation().examples, ["GET /: reset"]);
      },
    ),
);

testEach(
  "Exchange tells the upstream at once when the client resets",
  (startEngine) =>
    requested({ startEngine, request: GET }, async ({ client, wire, engine }) => {
      client.reset();
      await wire.readToEnd();
      await eventually(() => engine.generation().inFlight === 0, "none in flight");
      assert.equal(engine.generation().failed, 0);
    }),
);

testEach(
  "Exchange tells the upstream when the client resets in the middle of an answer",
  (startEngine) =>
    requested({ startEngine, request: GET }, async ({ client, wire, engine }) => {
      wire.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
      await client.readUntil("abc");
      client.reset();
      await wire.readToEnd();
      assert.equal(engine.generation().failed, 0);
    }),
);

testEach(
  "ClientConnection answers a client that closed its sending direction",
  (startEngine) =>
    requested({ startEngine, request: GET }, async ({ client, wire }) => {
      client.end();
      assert.equal(await client.readHead(), PROBE);
      wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      assert.match((await client.readToEnd()).replaceAll(PROBE, ""), /^HTTP\/1\.1 200 OK.*ok$/s);
      assert.equal(await client.closed(), "in order");
    }),
);

testEach(
  "HalfCloseProbe finds out that a client has closed both directions",
  (startEngine) =>
    requested({ startEngine, request: GET }, async ({ client, wire, engine }) => {
      client.destroy();
      await wire.readToEnd();
      await eventually(() => engine.generation().inFlight === 0, "none in flight");
      assert.equal(engine.generation().failed, 0);
    }, { settings: { probeDelaysMs: [0, 20, 20] } }),
);

testEach(
  "ClientConnection sends a half-closed client of HTTP/1.0 no interim answer",
  (startEngine) =>
    requested({ startEngine, request: "GET / HTTP/1.0\r\n\r\n" }, async ({ client, wire }) => {
      client.end();
      wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      assert.match(await client.readToEnd(), /^HTTP\/1\.1 200 OK.*ok$/s);
    }, { settings: { probeDelaysMs: [0] } }),
);

testEach(
  "ClientConnection drops a request whose body ends with a FIN too early",
  (startEngine) =>
    requested({
      startEngine,
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    }, async (parts) => {
      await parts.wire.readBytes(3);
      parts.client.end();
      assert.equal(await parts.wire.readToEnd(), "");
      assert.equal(parts.engine.generation().failed, 0);
    }),
);

testEach(
  "ClientConnection answers 408 when a body makes no progress",
  (startEngine) =>
    requested({
      startEngine,
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    }, async (parts) => {
      assert.match(await parts.client.readToEnd(), /^HTTP\/1\.1 408 /);
      await parts.wire.readToEnd();
    }, { settings: { bodyStallMs: 40 } }),
);

testEach("ClientConnection answers 408 when a head does not come in time", async (startEngine) => {
  await using engine = await startEngine({ ports: [] }, { settings: { headTimeoutMs: 40 } });
  await using client = await engine.dial();
  client.write("GET / HTTP/1.1\r\n");
  assert.match(await client.readToEnd(), /^HTTP\/1\.1 408 /);
});

testEach("ClientConnection closes a client that is idle between requests", async (startEngine) => {
  await using engine = await startEngine([], { settings: { clientIdleMs: 40 } });
  await using client = await engine.dial();
  client.write(GET);
  assert.match(await client.readHead(), /^HTTP\/1\.1 404 .*keep-alive/s);
  assert.equal(await client.readToEnd(), "luma-proxy: no app is routed under this host and path\n");
  client.end();
  assert.equal(await client.closed(), "in order");
  await eventually(() => engine.engine.report().connections === 0, "no connection");
});

testEach(
  "ClientConnection reads on after a refusal, so that the answer can be read (RFC 9112 9.6)",
  async (startEngine) => {
    await using engine = await startEngine([], { settings: { lingerMs: 60 } });
    await using client = await engine.dial();
    client.write(`BAD\r\n\r\n${"x".repeat(500_000)}`);
    assert.match(await client.readToEnd(), /^HTTP\/1\.1 400 /);
    client.write("x".repeat(100_000));
    await eventually(() => engine.engine.report().connections === 0, "closed after a while");
  },
);

testEach(
  "ClientConnection refuses a HEAD without content (RFC 9110 9.3.2)",
  async (startEngine) => {
    await using engine = await startEngine([]);
    await using client = await engine.dial();
    client.write("HEAD / HTTP/1.1\r\n\r\n");
    assert.match(
      await client.readToEnd(),
      /^HTTP\/1\.1 400 .*\r\nContent-Length: \d\d.*\r\n\r\n$/s,
    );
  },
);

testEach(
  "ClientConnection reads on while a client sends what nobody wants (RFC 9112 9.6)",
  async (startEngine) => {
    // Longer than a busy machine lets a client wait, shorter than all that it sends takes.
    await using engine = await startEngine([], {
      settings: { lingerMs: 1_000, maxLingerMs: 20_000 },
    });
    await using client = await engine.dial();
    client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
    for (let sent = 0; sent < 60; sent++) {
      client.write("x".repeat(5_000));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.match(await client.readToEnd(), /^HTTP\/1\.1 404 /);
    client.end();
    assert.equal(await client.closed(), "in order");
  },
);

testEach("ClientConnection does not read on for ever", async (startEngine) => {
  await using engine = await startEngine([], { settings: { lingerMs: 4_000, maxLingerMs: 60 } });
  await using client = await engine.dial();
  client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
  assert.match(await client.readToEnd(), /^HTTP\/1\.1 404 /);
  for (let sent = 0; engine.engine.report().connections > 0; sent++) {
    assert.ok(sent < 200, "it never stopped");
    client.write("x");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});
