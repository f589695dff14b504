/** Lines of the access log, on real sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessLog } from "../../../proxy/engine/access_log.ts";
import { eventually, startEngine, type TestEngine, type TestRoute } from "./test_engine.ts";
import { WireServer } from "./wire.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

type Line = Readonly<Record<string, unknown>>;

interface Logged {
  readonly engine: TestEngine;
  /** The next line, without its time and how long the request took. */
  readonly next: () => Promise<Line>;
}

async function startLogged(route: TestRoute, withQuery = false): Promise<Logged> {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line) };
  const engine = await startEngine(route, {
    accessLog: new AccessLog({ sink, withQuery, now: Date.now, wallNow: Date.now }),
    settings: { headTimeoutMs: 30, bodyStallMs: 30 },
  });
  const next = async (): Promise<Line> => {
    await eventually(() => lines.length > 0, "a line");
    const { time, ms, ...rest } = JSON.parse(lines.shift()!);
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 10_000);
    assert.ok(ms >= 0 && ms < 10_000);
    return rest;
  };
  return { engine, next };
}

test("AccessLog tells who asked for what, what was answered, and by whom", async () => {
  await using upstream = await WireServer.listen();
  const { engine, next } = await startLogged({ ports: [upstream.port] });
  await using _engine = engine;
  await using client = await engine.dial();
  client.write("POST /a%22?token=x HTTP/1.1\r\nHost: Blog.com:80\r\nX-Request-Id: id-1\r\n");
  client.write("Authorization: secret\r\nContent-Length: 4\r\n\r\nbody");
  const wire = await upstream.accept();
  await wire.readUntil("body");
  wire.write(OK);
  const answer = await client.readUntil("ok");
  assert.deepEqual(await next(), {
    client: "127.0.0.1",
    method: "POST",
    host: "blog.com",
    path: "/a%22",
    status: 200,
    bytes: answer.length,
    app: "shop/web",
    color: "blue",
    upstream: `127.0.0.1:${upstream.port}`,
    request_id: "id-1",
  });
});

test("AccessLog counts the octets of each answer on one connection, and names the id it made", async () => {
  await using upstream = await WireServer.listen();
  const { engine, next } = await startLogged({ ports: [upstream.port] }, true);
  await using _engine = engine;
  await using client = await engine.dial();
  client.write(
    "GET /1?q=1 HTTP/1.1\r\nHost: a\r\n\r\nGET http://a?q=2 HTTP/1.1\r\nHost: a\r\n\r\n",
  );
  const wire = await upstream.accept();
  const first = await wire.readHead();
  wire.write(OK);
  const answer = await client.readUntil("ok");
  const line = await next();
  assert.equal(line["path"], "/1?q=1");
  assert.equal(line["bytes"], answer.length);
  assert.ok(first.includes(`\r\nX-Request-Id: ${line["request_id"]}\r\n`));
  const second = await wire.readHead();
  wire.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlonger");
  const other = await client.readUntil("longe");
  const { path, bytes, request_id } = await next();
  assert.deepEqual([path, bytes], ["?q=2", other.length]);
  assert.ok(second.includes(`\r\nX-Request-Id: ${request_id}\r\n`));
});

test("AccessLog says why a request failed", async () => {
  await using upstream = await WireServer.listen();
  const { engine, next } = await startLogged({ ports: [upstream.port] });
  await using _engine = engine;
  await using client = await engine.dial();
  client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  const wire = await upstream.accept();
  await wire.readHead();
  wire.destroy();
  await client.readHead();
  const { status, error } = await next();
  assert.equal(status, 502);
  assert.match(String(error), /closed|reset/);
});

test("AccessLog tells what no app was asked for: unknown hosts, heads that cannot be read", async () => {
  const { engine, next } = await startLogged({ ports: [], options: { hosts: ["a"] } });
  await using _engine = engine;
  await using client = await engine.dial();
  client.write("GET /x HTTP/1.1\r\nHost: b\r\n\r\nGET / HTTP/9.9\r\nHost: a\r\n\r\n");
  const answers = await client.readToEnd();
  const [first, second] = [await next(), await next()];
  const { client: address, bytes, ...rest } = first;
  assert.equal(address, "127.0.0.1");
  assert.deepEqual(rest, { method: "GET", host: "b", path: "/x", status: 404 });
  assert.equal(second["status"], 505);
  assert.equal(second["method"], undefined);
  assert.equal(typeof second["error"], "string");
  assert.equal(Number(bytes) + Number(second["bytes"]), answers.length);
});

test("AccessLog tells of clients that were too slow, or left", async () => {
  await using upstream = await WireServer.listen();
  const { engine, next } = await startLogged({ ports: [upstream.port] });
  await using _engine = engine;
  await using slow = await engine.dial();
  slow.write("GET / HT");
  await slow.readToEnd();
  assert.deepEqual(await next().then(({ status, error }) => [status, error]), [
    408,
    "the head took too long",
  ]);
  await using sender = await engine.dial();
  sender.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n1");
  await sender.readToEnd();
  assert.deepEqual(await next().then(({ path, status, error }) => [path, status, error]), [
    "/p",
    408,
    "the body took too long",
  ]);
  await using leaver = await engine.dial();
  leaver.write("GET /l HTTP/1.1\r\nHost: a\r\n\r\n");
  const wire = await upstream.accept();
  await wire.readToEnd();
  await (await upstream.accept()).readHead();
  leaver.reset();
  assert.deepEqual(await next().then(({ path, status, error }) => [path, status, error]), [
    "/l",
    0,
    "the client closed the connection",
  ]);
});

test("AccessLog tells of a tunnel when it is closed", async () => {
  await using upstream = await WireServer.listen();
  const { engine, next } = await startLogged({ ports: [upstream.port] });
  await using _engine = engine;
  await using client = await engine.dial();
  client.write("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello");
  const answer = await client.readUntil("hello");
  wire.end();
  client.end();
  const { status, bytes, path } = await next();
  assert.deepEqual([path, status, bytes], ["/ws", 101, answer.length]);
});
