/** Tunnels and event streams, and ending them in order. */
import assert from "node:assert/strict";
import { type StartEngine, testEach } from "./test_each.ts";
import { eventually, type TestEngine } from "./test_engine.ts";
import { type Wire, WireServer } from "./wire.ts";

const KEY = { project: "shop", app: "web" } as const;
const UPGRADE = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n" +
  "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n";
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n" +
  "Upgrade: websocket\r\nSec-WebSocket-Accept: y\r\n\r\n";
const GOING_AWAY = "\x88\x02\x03\xe9";
const EVENTS = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";
const EVENT_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n" +
  "Transfer-Encoding: chunked\r\n\r\n";

interface Parts {
  readonly client: Wire;
  readonly wire: Wire;
  readonly engine: TestEngine;
}

/** Runs a test with a stream that `request` opened and `response` accepted. */
async function streaming(
  { startEngine, octets: [request, response] }: {
    readonly startEngine: StartEngine;
    readonly octets: readonly [string, string];
  },
  run: (parts: Parts) => Promise<void>,
): Promise<void> {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, {
    settings: { streamCloseMs: 300, lingerMs: 100 },
  });
  await using client = await engine.dial();
  client.write(request);
  await using wire = await upstream.accept();
  await wire.readHead();
  wire.write(response);
  await client.readHead();
  await run({ client, wire, engine });
  assert.deepEqual(engine.logged, []);
}

/** Makes the generation of the stream a former one. */
function switchAway(engine: TestEngine): void {
  engine.route({ ports: [1], generation: 2, color: "green" });
}

testEach(
  "Answer passes an upgrade on with its two fields, and no others of this hop",
  async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await using client = await engine.dial();
    client.write(UPGRADE);
    const wire = await upstream.accept();
    assert.match(
      await wire.readHead(),
      /^GET \/ws HTTP\/1\.1\r\nHost: a\r\nSec-WebSocket-Key: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/,
    );
    wire.write(SWITCHING);
    assert.equal(
      await client.readHead(),
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: y\r\n" +
        "Connection: Upgrade\r\n\r\n",
    );
  },
);

testEach("RequestHead does not pass an upgrade to h2c on", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  client.write(UPGRADE.replace("websocket", "h2c"));
  const wire = await upstream.accept();
  assert.doesNotMatch(await wire.readHead(), /h2c|Upgrade/i);
});

for (
  const [name, field] of [["another protocol", "Upgrade: foo\r\n"], ["no protocol", ""]] as const
) {
  testEach(`Answer makes a 502 of a 101 that names ${name} (RFC 9110 7.8)`, async (startEngine) => {
    await using upstream = await WireServer.listen();
    await using engine = await startEngine({ ports: [upstream.port] });
    await using client = await engine.dial();
    client.write(UPGRADE);
    const wire = await upstream.accept();
    await wire.readHead();
    wire.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n${field}\r\n`);
    assert.match(await client.readHead(), /^HTTP\/1\.1 502 /);
  });
}

testEach("Exchange goes on as usual when an upgrade is declined", async (startEngine) => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] });
  await using client = await engine.dial();
  client.write(UPGRADE);
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n");
  assert.match(await client.readHead(), /^HTTP\/1\.1 426 /);
  client.write(EVENTS);
  await wire.readHead();
});

testEach(
  "Tunnel carries octets both ways, also those right behind the heads",
  (startEngine) =>
    streaming(
      { startEngine, octets: [`${UPGRADE}early`, `${SWITCHING}first`] },
      async ({ client, wire, engine }) => {
        assert.equal(await client.readBytes(5), "first");
        assert.equal(await wire.readBytes(5), "early");
        client.write("\0\xff");
        assert.equal(await wire.readBytes(2), "\0\xff");
        wire.write("back");
        assert.equal(await client.readBytes(4), "back");
        const { inFlight, streams, oldest } = engine.generation();
        assert.deepEqual([inFlight, streams, oldest[0]?.kind], [0, 1, "websocket"]);
      },
    ),
);

testEach(
  "Tunnel passes a half close on and keeps the other direction",
  (startEngine) =>
    streaming({ startEngine, octets: [UPGRADE, SWITCHING] }, async ({ client, wire, engine }) => {
      client.end();
      assert.equal(await wire.readToEnd(), "");
      wire.write("late");
      assert.equal(await client.readBytes(4), "late");
      wire.end();
      assert.equal(await client.closed(), "in order");
      await eventually(() => engine.generation().streams === 0, "no stream");
    }),
);

testEach(
  "Tunnel closes the upstream when the client is reset",
  (startEngine) =>
    streaming({ startEngine, octets: [UPGRADE, SWITCHING] }, async ({ client, wire, engine }) => {
      client.reset();
      await wire.closed();
      await eventually(() => engine.engine.report().connections === 0, "no connection");
    }),
);

testEach(
  "Tunnel stops reading from a side whose other side does not read",
  (startEngine) =>
    streaming({ startEngine, octets: [UPGRADE, SWITCHING] }, async ({ client, wire }) => {
      wire.pause();
      const block = "x".repeat(256 * 1024);
      let sent = 0;
      while (client.write(block) || sent < 1024 * 1024) {
        sent += block.length;
        assert.ok(sent < 256 * 1024 * 1024, "it never stopped");
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      sent += block.length;
      wire.resume();
      let received = 0;
      while (received < sent) received += (await wire.readBytes(block.length)).length;
      assert.equal(received, sent);
    }),
);

testEach(
  "closeStreams() sends a WebSocket a close frame and ends it",
  (startEngine) =>
    streaming(
      { startEngine, octets: [UPGRADE, `${SWITCHING}\x81\x02hi`] },
      async ({ client, wire, engine }) => {
        assert.equal(await client.readBytes(4), "\x81\x02hi");
        switchAway(engine);
        const closed = engine.engine.closeStreams(KEY, "blue");
        assert.equal(await client.readToEnd(), GOING_AWAY);
        assert.equal(await wire.readToEnd(), "");
        client.end();
        wire.end();
        assert.deepEqual((await closed).map(({ path, kind }) => [path, kind]), [[
          "/ws",
          "websocket",
        ]]);
      },
    ),
);

testEach(
  "closeStreams() waits for the end of a WebSocket's frame",
  (startEngine) =>
    streaming(
      { startEngine, octets: [UPGRADE, `${SWITCHING}\x82\x05ab`] },
      async ({ client, wire, engine }) => {
        assert.equal(await client.readBytes(4), "\x82\x05ab");
        switchAway(engine);
        const closed = engine.engine.closeStreams(KEY, "blue");
        wire.write("cde\x81\x01z");
        assert.equal(await client.readToEnd(), `cde${GOING_AWAY}`);
        await closed;
      },
    ),
);

testEach(
  "closeStreams() cuts a WebSocket that reaches no frame's end in time",
  (startEngine) =>
    streaming(
      { startEngine, octets: [UPGRADE, `${SWITCHING}\x82\x05ab`] },
      async ({ client, engine }) => {
        switchAway(engine);
        assert.equal((await engine.engine.closeStreams(KEY, "blue")).length, 1);
        assert.equal(await client.readToEnd(), "\x82\x05ab");
      },
    ),
);

testEach(
  "closeStreams() leaves streams of the color in use alone",
  (startEngine) =>
    streaming({ startEngine, octets: [UPGRADE, SWITCHING] }, async ({ client, wire, engine }) => {
      assert.deepEqual(await engine.engine.closeStreams(KEY, "blue"), []);
      client.write("x");
      assert.equal(await wire.readBytes(1), "x");
    }),
);

testEach(
  "Exchange counts an event stream as a stream, and passes each event on at once",
  (startEngine) =>
    streaming({ startEngine, octets: [EVENTS, EVENT_HEAD] }, async ({ client, wire, engine }) => {
      wire.write("9\r\ndata: 1\n\n\r\n");
      assert.equal(await client.readBytes(14), "9\r\ndata: 1\n\n\r\n");
      assert.deepEqual([engine.generation().inFlight, engine.generation().streams], [0, 1]);
      wire.write("0\r\n\r\n");
      assert.equal(await client.readBytes(5), "0\r\n\r\n");
      assert.equal(engine.generation().streams, 0);
    }),
);

testEach(
  "closeStreams() ends an event stream at the end of a chunk",
  (startEngine) =>
    streaming({ startEngine, octets: [EVENTS, EVENT_HEAD] }, async ({ client, wire, engine }) => {
      wire.write("9\r\ndata: 1\n\n\r\n5\r\nda");
      await client.readUntil("da\r\n");
      switchAway(engine);
      const closed = await engine.engine.closeStreams(KEY, "blue");
      assert.match(await client.readToEnd(), /^(2\r\nda\r\n)?0\r\n\r\n$/);
      assert.deepEqual(closed.map(({ kind }) => kind), ["stream"]);
      await wire.readToEnd();
      assert.equal(engine.engine.report().generations.some((one) => one.generation === 1), false);
    }),
);
