/** The engine's limits, each with its answer and its count, on real sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Refusal } from "../../../proxy/engine/refusal.ts";
import { clientOf } from "../../../proxy/engine/connection_limits.ts";
import { eventually, startEngine, type TestEngine } from "./test_engine.ts";
import { type Wire, WireServer } from "./wire.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

function refused({ engine }: TestEngine): Partial<Record<Refusal, number>> {
  const all = Object.entries(engine.report().traffic.refused);
  return Object.fromEntries(all.filter(([, count]) => count > 0));
}

/** The engine hears of a close a moment after its client. */
async function untilAnswered(engine: TestEngine): Promise<string> {
  for (;;) {
    await using wire = await engine.dial();
    const answer = await wire.readToEnd();
    if (answer !== "") return answer;
  }
}

async function answerOk(upstream: WireServer): Promise<Wire> {
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write(OK);
  return wire;
}

test("Engine answers 503 beyond the limit of connections, and serves again when one is closed", async () => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, {
    settings: { maxConnections: 1 },
  });
  await using first = await engine.dial();
  first.write(GET);
  const wire = await answerOk(upstream);
  await first.readUntil("ok");
  await using second = await engine.dial();
  second.write(GET);
  const answer = await second.readToEnd();
  assert.match(answer, /^HTTP\/1\.1 503 /);
  assert.match(answer, /\r\nRetry-After: 1\r\n/);
  assert.match(answer, /\r\nConnection: close\r\n/);
  assert.match(answer, /luma-proxy: too many connections\n$/);
  second.end();
  assert.equal(await second.closed(), "in order");
  assert.deepEqual(refused(engine), { connections: 1 });
  assert.equal(engine.engine.report().traffic.accepted, 2);
  assert.equal(engine.engine.report().connections, 1);
  first.destroy();
  await eventually(() => engine.engine.report().connections === 0, "the end of the first");
  await using third = await engine.dial();
  third.write(GET);
  await wire.readHead();
  wire.write(OK);
  await third.readUntil("ok");
});

test("Engine closes at once what is beyond the limit while many are being refused", async () => {
  await using engine = await startEngine({ ports: [] }, {
    settings: { maxConnections: 0, maxRefusing: 1 },
  });
  await using first = await engine.dial();
  assert.match(await first.readToEnd(), /^HTTP\/1\.1 503 /);
  await using second = await engine.dial();
  assert.equal(await second.readToEnd(), "");
  first.end();
  await first.closed();
  assert.match(await untilAnswered(engine), /^HTTP\/1\.1 503 /);
});

test("Engine ends a refused connection whose client goes on sending", async () => {
  await using engine = await startEngine({ ports: [] }, {
    settings: { maxConnections: 0, maxRefusing: 1, lingerMs: 20 },
  });
  await using client = await engine.dial();
  assert.match(await client.readToEnd(), /^HTTP\/1\.1 503 /);
  client.write("more");
  assert.match(await untilAnswered(engine), /^HTTP\/1\.1 503 /);
});

test("Engine limits the connections of one client address", async () => {
  await using engine = await startEngine({ ports: [] }, {
    settings: { maxClientConnections: 1 },
  });
  await using first = await engine.dial();
  await eventually(() => engine.engine.report().connections === 1, "the first connection");
  await using second = await engine.dial();
  assert.match(await second.readToEnd(), /^HTTP\/1\.1 503 /);
  assert.deepEqual(refused(engine), { client_connections: 1 });
  first.destroy();
  await eventually(() => engine.engine.report().connections === 0, "the end of the first");
  await using third = await engine.dial();
  third.write(GET);
  assert.match(await third.readHead(), /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  assert.deepEqual(refused(engine), { client_connections: 1 });
});

test("clientOf() counts a /64 of IPv6 as one client, and an IPv4 address as itself", () => {
  assert.equal(clientOf("192.0.2.7"), "192.0.2.7");
  assert.equal(clientOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assert.equal(clientOf("2001:db8::6"), "2001:db8:0:0::/64");
  assert.equal(clientOf("::1"), "0:0:0:0::/64");
  assert.equal(clientOf("fe80::1%eth0"), "fe80:0:0:0::/64");
});

test("Engine closes a connection in order after its last allowed request", async () => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, {
    settings: { maxConnectionRequests: 2 },
  });
  await using client = await engine.dial();
  client.write(GET);
  const wire = await answerOk(upstream);
  assert.doesNotMatch(await client.readUntil("ok"), /Connection: close/);
  client.write(GET);
  await wire.readHead();
  wire.write(OK);
  assert.match(await client.readToEnd(), /\r\nConnection: close\r\n[^]*ok$/);
  assert.equal(engine.engine.report().traffic.usedUp, 1);
});

test("Engine answers 413 to a body that is announced as too long, and asks no upstream", async () => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({
    ports: [upstream.port],
    options: { maxBodyBytes: 4 },
  });
  await using client = await engine.dial();
  client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  client.write("12345");
  const answer = await client.readToEnd();
  assert.match(answer, /^HTTP\/1\.1 413 Content Too Large\r\n/);
  assert.match(answer, /\r\nConnection: close\r\n/);
  assert.equal(upstream.count, 0);
  assert.deepEqual(refused(engine), { body_size: 1 });
});

test("Engine lets a body of exactly the limit pass, with a length and in chunks", async () => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({
    ports: [upstream.port],
    options: { maxBodyBytes: 4 },
  });
  await using client = await engine.dial();
  client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n1234");
  const wire = await upstream.accept();
  await wire.readUntil("1234");
  wire.write(OK);
  await client.readUntil("ok");
  client.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.write("2\r\n12\r\n2\r\n34\r\n0\r\n\r\n");
  await wire.readUntil("0\r\n\r\n");
  wire.write(OK);
  await client.readUntil("ok");
  assert.deepEqual(refused(engine), {});
});

test("Engine answers 413 as soon as a chunk goes beyond the limit, and cuts the upstream's request", async () => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({
    ports: [upstream.port],
    options: { maxBodyBytes: 4 },
  });
  await using client = await engine.dial();
  client.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n");
  const wire = await upstream.accept();
  await wire.readUntil("3\r\n123\r\n");
  // The size of the chunk is enough.
  client.write("2\r\n");
  assert.match(await client.readToEnd(), /^HTTP\/1\.1 413 /);
  assert.doesNotMatch(await wire.readToEnd(), /0\r\n\r\n/);
  assert.deepEqual(refused(engine), { body_size: 1 });
  assert.equal(engine.generation().failed, 0);
});

const REFUSED: readonly (readonly [what: string, request: string, status: number, why: Refusal])[] =
  [
    ["bad request", "GET / HTTP/1.1\r\n\r\n", 400, "bad_request"],
    ["unknown version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "version"],
    ["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "not_implemented"],
    ["long target", `GET /${"x".repeat(90)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, "target_size"],
    ["many fields", "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n", 431, "header_count"],
    ["long head", `GET / HTTP/1.1\r\nHost: a\r\nA: ${"x".repeat(300)}\r\n\r\n`, 431, "header_size"],
    ["part of a head", "GET / HT", 408, "header_timeout"],
    ["unknown host", "GET / HTTP/1.1\r\nHost: other\r\n\r\n", 404, "unrouted"],
  ];

for (const [what, request, status, why] of REFUSED) {
  test(`Engine counts a request with ${what} as ${why}`, async () => {
    await using engine = await startEngine({ ports: [], options: { hosts: ["a"] } }, {
      settings: {
        ...{ maxTargetBytes: 64, maxFields: 2, maxHeadBytes: 256 },
        ...(why === "header_timeout" ? { headTimeoutMs: 30 } : {}),
      },
    });
    await using client = await engine.dial();
    client.write(request);
    assert.match(await client.readHead(), new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.deepEqual(refused(engine), { [why]: 1 });
  });
}

test("Engine counts a client that stops sending its body, or taking its answer, or is idle", async () => {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port] }, {
    settings: { bodyStallMs: 30, answerStallMs: 60, clientIdleMs: 30 },
  });
  await using sender = await engine.dial();
  sender.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n1");
  assert.match(await sender.readHead(), /^HTTP\/1\.1 408 /);
  assert.deepEqual(refused(engine), { body_timeout: 1 });
  assert.match(await (await upstream.accept()).readToEnd(), /\r\n\r\n1$/);
  await using idle = await engine.dial();
  await idle.readToEnd();
  assert.ok(engine.engine.report().traffic.idled >= 1);
  await using taker = await engine.dial();
  taker.pause();
  taker.write(GET);
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write(`HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n${"x".repeat(50_000_000)}`);
  await eventually(() => refused(engine).answer_timeout === 1, "the cut");
});
