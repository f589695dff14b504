/** Tests of the load on real sockets: what it counts as a failure, and what it does not. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { LoadKind, Report } from "./load_report.ts";
import { type Load, startLoad } from "./start_load.ts";

const OK = "HTTP/1.1 200 OK\r\nX-App-Version: v1\r\nContent-Length: 2\r\n\r\nok";

/** Serves each request, counted from 1 on its connection, and visits it until `enough` ended. */
async function visit(
  kind: LoadKind,
  enough: number,
  serve: (socket: Socket, request: number, connection: number) => void,
): Promise<Report> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    let requests = 0;
    sockets.add(socket);
    socket.on("data", () => serve(socket, ++requests, connection));
    socket.on("error", () => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  const load = startLoad({ address: "127.0.0.1", port, host: "blog", kinds: [kind] });
  await waitFor(load, enough);
  const report = await load.stop();
  for (const socket of sockets) socket.destroy();
  server.close();
  return report;
}

async function waitFor(load: Load, enough: number): Promise<void> {
  while (load.samples.length < enough) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("startLoad() does not count a kept connection that was closed in between", async () => {
  const report = await visit("kept alive", 60, (socket, request) => {
    socket.write(OK);
    // In the pause before the next request, and without having announced it.
    if (request === 2) setTimeout(() => socket.end(), 10);
  });
  assert.deepEqual([report.failed, report.failures], [0, []]);
  assert.equal(report.byVersion["v1"], report.requests);
});

test("startLoad() tells a GET that was sent again, on a connection that was closed under it", async () => {
  const report = await visit("kept alive", 60, (socket, request, connection) => {
    if (request === 2 && connection === 3) return void socket.end();
    socket.write(OK);
  });
  assert.deepEqual([report.failed, report.retries], [0, 1]);
});

test("startLoad() counts as failed what ends before or inside its answer", async () => {
  const report = await visit("new connection", 60, (socket, _, connection) => {
    if (connection === 5) return void socket.end();
    if (connection === 6) return void socket.end(OK.slice(0, -1));
    if (connection === 7) return void socket.end(OK.replace("200 OK", "503 No"));
    socket.end(OK);
  });
  assert.deepEqual(report.failures.map(({ reason }) => reason).sort(), [
    "connection ended before its answer",
    "connection ended inside its answer",
    "status 503",
  ]);
});

test("startLoad() counts an echo of other bytes as failed", async () => {
  const body = JSON.stringify({ length: 1, sha256: "other" });
  const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const report = await visit("post", 4, (socket, request) => {
    if (request === 1) socket.end(answer);
  });
  assert.equal(report.failed, report.requests);
  assert.match(report.failures[0]?.reason ?? "", /^echo of 1 bytes instead of/);
});

test("startLoad() counts an event stream that is cut, but not one that ends in order", async () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const report = await visit("events", 8, (socket, _, connection) => {
    const event = "6\r\nid: 0\n\r\n";
    socket.end(head + event + (connection === 2 ? "" : "0\r\n\r\n"));
  });
  assert.deepEqual(report.failures.map(({ count, reason }) => [count, reason]), [
    [1, "connection ended inside its answer"],
  ]);
});

test("startLoad() visits the example app in every way, and loses nothing when the app stops it", async () => {
  const app = startApp();
  const port = await app.port;
  const load = startLoad({ address: "127.0.0.1", port, host: "blog", ratePerSecond: 100 });
  const demanded = load.request(1);
  await waitFor(load, 200);
  assert.equal((await demanded).failure, undefined);
  assert.equal(load.mark("half").inFlight["websocket"], 2);
  const report = await load.stop();
  app.end();
  assert.deepEqual(report.failures, []);
  assert.equal(report.retries, 0);
  assert.deepEqual(Object.values(report.inFlight).filter((count) => count !== 0), []);
  assert.equal(Object.keys(report.kinds).length, 8);
  assert.deepEqual(report.byVersion, { v7: report.requests });
});

test("startLoad() takes the app's own good-bye to streams as in order", async () => {
  const app = startApp();
  const port = await app.port;
  const load = startLoad({
    address: "127.0.0.1",
    port,
    host: "blog",
    kinds: ["events", "websocket"],
  });
  await waitForStreams(load);
  app.end();
  await waitFor(load, 4);
  const ended = load.samples.slice(0, 4);
  await load.stop();
  assert.deepEqual(ended.map(({ failure }) => failure), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

async function waitForStreams(load: Load): Promise<void> {
  const isOpen = () => load.snapshot().inFlight["websocket"] === 2;
  while (!isOpen()) await new Promise((resolve) => setTimeout(resolve, 10));
  // Long enough for both to have said something and heard it back.
  await new Promise((resolve) => setTimeout(resolve, 1200));
}

function startApp() {
  const path = (from: string) => fileURLToPath(new URL(from, import.meta.url));
  const child = spawn(
    path("../../node_modules/.bin/bun"),
    [path("../../examples/blog/server.ts")],
    { env: { ...process.env, PORT: "0", VERSION: "v7" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  const port = new Promise<number>((resolve) => {
    child.stdout.once("data", (text: Uint8Array) => resolve(Number(/\d+$/m.exec(`${text}`)?.[0])));
  });
  return { port, end: () => child.kill("SIGTERM") };
}
