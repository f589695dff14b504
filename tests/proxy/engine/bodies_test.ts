/** Bodies through the engine on real sockets: every framing, both ways, and what is refused. */
import assert from "node:assert/strict";
import { type StartEngine, testEach } from "./test_each.ts";
import type { TestEngine } from "./test_engine.ts";
import { type Wire, WireServer } from "./wire.ts";

const GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

/** The body of a chunked message that stands at the front of `wire`. */
async function readChunked(wire: Wire): Promise<{ readonly body: string; readonly rest: string }> {
  let body = "";
  while (true) {
    const size = parseInt(await wire.readUntil("\r\n"), 16);
    if (size === 0) break;
    body += await wire.readBytes(size);
    assert.equal(await wire.readBytes(2), "\r\n");
  }
  let rest = "";
  while (!rest.endsWith("\r\n") || (rest !== "\r\n" && !rest.endsWith("\r\n\r\n"))) {
    rest += await wire.readUntil("\r\n");
  }
  return { body, rest };
}

async function pair(
  startEngine: StartEngine,
  run: (client: Wire, upstream: WireServer, engine: TestEngine) => Promise<void>,
  settings: Parameters<StartEngine>[1] = {},
): Promise<void> {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, settings);
  await using client = await engine.dial();
  await run(client, upstream, engine);
  assert.deepEqual(engine.logged, []);
}

async function answer(client: Wire, upstream: WireServer, response: string): Promise<Wire> {
  client.write(GET);
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write(response);
  return wire;
}

testEach(
  "Exchange passes a body of known length up",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
      const wire = await upstream.accept();
      assert.match(await wire.readHead(), /Content-Length: 6/);
      assert.equal(await wire.readBytes(3), "abc");
      client.write("def");
      assert.equal(await wire.readBytes(3), "def");
    }),
);

testEach(
  "Exchange re-frames chunks and keeps trailers, both ways (RFC 9112 7.1.2)",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      client.write(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
          '3;x;y="a\\"b"\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n',
      );
      const wire = await upstream.accept();
      await wire.readHead();
      assert.deepEqual(await readChunked(wire), {
        body: "abc0123456789",
        rest: "X-Sum: 1\r\n\r\n",
      });
      wire.write(
        "HTTP/1.1 200 OK\r\nDate: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: 2\r\n\r\n",
      );
      assert.match(await client.readHead(), /Trailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n$/);
      assert.deepEqual(await readChunked(client), { body: "hi", rest: "X-T: 2\r\n\r\n" });
    }),
);

testEach(
  "Answer passes a body of known length down, and keeps both connections",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      const wire = await answer(
        client,
        upstream,
        "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 3\r\n\r\nabc",
      );
      assert.equal(
        await client.readUntil("abc"),
        "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 3\r\n\r\nabc",
      );
      client.write(GET);
      await wire.readHead();
      wire.write("HTTP/1.1 404 No\r\nDate: x\r\nContent-Length: 0\r\n\r\n");
      assert.match(await client.readHead(), /^HTTP\/1\.1 404 No\r\n/);
      assert.equal(upstream.count, 1);
    }),
);

testEach(
  "Answer makes chunks of a body until close (RFC 9112 6.3)",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      const wire = await answer(client, upstream, "HTTP/1.1 200 OK\r\nDate: x\r\n\r\nabc");
      wire.end();
      assert.match(await client.readHead(), /Transfer-Encoding: chunked\r\n\r\n$/);
      assert.deepEqual(await readChunked(client), { body: "abc", rest: "\r\n" });
      client.write(GET);
      const second = await upstream.accept();
      await second.readHead();
    }),
);

testEach(
  "Answer sends a client of HTTP/1.0 a chunked body until close",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      const wire = await upstream.accept();
      await wire.readHead();
      wire.write(
        "HTTP/1.1 200 OK\r\nDate: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      );
      assert.equal(
        await client.readToEnd(),
        "HTTP/1.1 200 OK\r\nDate: x\r\nConnection: close\r\n\r\nabc",
      );
    }),
);

testEach(
  "Answer keeps a connection of HTTP/1.0 that asks for it, where the length is known",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      const wire = await upstream.accept();
      await wire.readHead();
      wire.write("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 1\r\n\r\nx");
      assert.match(await client.readUntil("\r\nx"), /Connection: keep-alive\r\n/);
      client.write("GET / HTTP/1.0\r\n\r\n");
      await wire.readHead();
      wire.write("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 1\r\n\r\ny");
      assert.match(await client.readToEnd(), /Connection: close\r\n\r\ny$/);
    }),
);

for (
  const [name, request, head] of [
    [
      "HEAD",
      "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
      "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 500\r\n\r\n",
    ],
    [
      "chunked HEAD",
      "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
      "HTTP/1.1 200 OK\r\nDate: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ["304", GET, "HTTP/1.1 304 Not Modified\r\nDate: x\r\nContent-Length: 500\r\n\r\n"],
    ["204", GET, "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n"],
  ] as const
) {
  testEach(
    `Answer takes ${name} as one without a body, and goes on (RFC 9112 6.3)`,
    (startEngine) =>
      pair(startEngine, async (client, upstream) => {
        client.write(request);
        const wire = await upstream.accept();
        await wire.readHead();
        wire.write(head);
        assert.equal(await client.readHead(), head);
        client.write(GET);
        await wire.readHead();
        wire.write("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 0\r\n\r\n");
        assert.match(await client.readHead(), /^HTTP\/1\.1 200/);
      }),
  );
}

testEach(
  "Answer does not use a connection again on which more than the answer came",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      await answer(client, upstream, "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\nevil");
      assert.equal(await client.readHead(), "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n");
      client.write(GET);
      await (await upstream.accept()).readHead();
    }),
);

for (const [lengthBytes, connections] of [[0, 1], [60, 2]] as const) {
  testEach(
    `Exchange has ${connections} connections for two requests, the first a 204 with a length of ` +
      `${lengthBytes} (RFC 9110 8.6)`,
    (startEngine) =>
      pair(startEngine, async (client, upstream) => {
        const head = `HTTP/1.1 204 No Content\r\nDate: x\r\nContent-Length: ${lengthBytes}\r\n\r\n`;
        const first = await answer(client, upstream, head);
        assert.equal(await client.readHead(), "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n");
        client.write(GET);
        const second = connections === 1 ? first : await upstream.accept();
        await second.readHead();
        second.write("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\n\r\nok");
        assert.match(await client.readUntil("ok"), /^HTTP\/1\.1 200 /);
        assert.equal(upstream.count, connections);
      }),
  );
}

testEach(
  "Answer forwards interim answers (RFC 9110 15.2), but not to HTTP/1.0",
  (startEngine) =>
    pair(startEngine, async (client, upstream, engine) => {
      const all = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" +
        "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 0\r\n\r\n";
      const wire = await answer(client, upstream, all);
      assert.equal(await client.readBytes(all.length), all);
      await using old = await engine.dial();
      old.write("GET / HTTP/1.0\r\n\r\n");
      await wire.readHead();
      wire.write(all);
      const final = "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      assert.equal(await old.readToEnd(), final);
    }),
);

testEach(
  "Exchange passes Expect: 100-continue and the interim answer on (RFC 9110 10.1.1)",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      client.write(
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
      );
      const wire = await upstream.accept();
      assert.match(await wire.readHead(), /Expect: 100-continue/);
      wire.write("HTTP/1.1 100 Continue\r\n\r\n");
      assert.equal(await client.readHead(), "HTTP/1.1 100 Continue\r\n\r\n");
      client.write("abc");
      assert.equal(await wire.readBytes(3), "abc");
      wire.write("HTTP/1.1 201 Created\r\nDate: x\r\nContent-Length: 0\r\n\r\n");
      assert.equal(
        await client.readHead(),
        "HTTP/1.1 201 Created\r\nDate: x\r\nContent-Length: 0\r\n\r\n",
      );
    }),
);

testEach(
  "Exchange ends an upload in order when the answer comes early",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      client.write(
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n${"x".repeat(1000)}`,
      );
      const wire = await upstream.accept();
      await wire.readHead();
      wire.write("HTTP/1.1 413 Too Large\r\nDate: x\r\nContent-Length: 2\r\n\r\nno");
      assert.match(await client.readUntil("no"), /^HTTP\/1\.1 413 .*Connection: close\r\n\r\nno$/s);
      client.write("y".repeat(100_000));
      assert.equal(await client.readToEnd(), "");
      client.end();
      assert.equal(await client.closed(), "in order");
    }),
);

testEach(
  "ClientConnection answers pipelined requests in order (RFC 9112 9.3.2)",
  (startEngine) =>
    pair(startEngine, async (client, upstream) => {
      client.write(
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" +
          "GET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET http://[bad HTTP/1.1\r\nHost: a\r\n\r\n",
      );
      client.end();
      const wire = await upstream.accept();
      assert.match(await wire.readHead(), /^POST \/1 /);
      assert.equal(await wire.readBytes(2), "ab");
      assert.equal(wire.pending, "");
      wire.write("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 1\r\n\r\n1");
      assert.match(await wire.readHead(), /^GET \/2 /);
      wire.write("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 1\r\n\r\n2");
      const all = (await client.readToEnd()).replaceAll("HTTP/1.1 100 Continue\r\n\r\n", "");
      assert.match(all, /^HTTP\/1\.1 200 .*\r\n\r\n1HTTP\/1\.1 200 .*\r\n\r\n2HTTP\/1\.1 400 /s);
    }),
);

testEach(
  "HeadBuilder keeps nothing of a head that was not sent",
  (startEngine) =>
    pair(startEngine, async (client, upstream, engine) => {
      client.write("GET / HTTP/1.0\r\n\r\n");
      const wire = await upstream.accept();
      await wire.readHead();
      // The head goes with the first octets of the body, and these are refused.
      wire.write("HTTP/1.1 200 OK\r\nDate: x\r\nTransfer-Encoding: chunked\r\n\r\nno chunk");
      assert.equal(await client.closed(), "ECONNRESET");
      await using other = await engine.dial();
      other.write(GET);
      const next = await upstream.accept();
      assert.match(await next.readHead(), /^GET \/ HTTP\/1\.1\r\n/);
      next.write("HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\n\r\nok");
      assert.match(
        await other.readUntil("ok"),
        /^HTTP\/1\.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\n\r\nok$/,
      );
    }),
);
