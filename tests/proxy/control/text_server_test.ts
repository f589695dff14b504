import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeTextServer, type TextServerOptions } from "../../../proxy/control/text_server.ts";

const GET = "GET /metrics?x HTTP/1.1\r\nHost: a\r\n\r\n";

async function withServer(
  body: (dial: () => Socket) => Promise<void>,
  change: Partial<TextServerOptions> = {},
): Promise<void> {
  const { server, close } = makeTextServer({
    path: "/metrics",
    contentType: "text/plain",
    makeText: () => Promise.resolve("ä 1\n"),
    maxConnections: 2,
    limitMs: 60_000,
    ...change,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    await body(() => connect(port, "127.0.0.1").on("error", () => {}));
  } finally {
    close();
  }
}

/** Everything that comes until the end. */
async function readAll(socket: Socket): Promise<string> {
  const chunks: Uint8Array[] = [];
  socket.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString("utf8");
}

async function ask(dial: () => Socket, request: string): Promise<string> {
  const socket = dial();
  const answer = readAll(socket);
  socket.write(request);
  return await answer;
}

test("makeTextServer() answers GET and HEAD of its path alone, once a connection", async () => {
  await withServer(async (dial) => {
    const head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n" +
      "Connection: close\r\n\r\n";
    assert.equal(await ask(dial, GET), `${head}ä 1\n`);
    assert.equal(await ask(dial, GET.replace("GET", "HEAD")), head);
    assert.match(await ask(dial, GET.replace("metrics", "")), /^HTTP\/1.1 404 /);
    assert.match(await ask(dial, GET.replace("GET", "PUT")), /^HTTP\/1.1 405 [^]*Allow: GET, HEAD/);
    assert.match(await ask(dial, "hello\r\n\r\n"), /^HTTP\/1.1 400 /);
  });
});

test("makeTextServer() answers one that closes its half after its request, and half a request not", async () => {
  // The end of the request is seen long before the text is made.
  const makeText = async () => await sleep(50, "ä 1\n");
  await withServer(async (dial) => {
    const askAndEnd = async (request: string): Promise<string> => {
      const socket = dial();
      const answer = readAll(socket);
      socket.end(request);
      return await answer;
    };
    assert.match(await askAndEnd(GET), /^HTTP\/1.1 200 [^]*ä 1\n$/);
    assert.equal(await askAndEnd(GET.slice(0, -2)), "");
  }, { makeText });
});

test("makeTextServer() closes connections beyond its limit, until others end", async () => {
  await withServer(async (dial) => {
    const idle = [dial(), dial()];
    await Promise.all(idle.map((socket) => once(socket, "connect")));
    assert.equal(await ask(dial, GET), "");
    idle[0]?.destroy();
    // It may take a moment until the server sees that.
    let answer = "";
    while (answer === "") answer = await ask(dial, GET);
    assert.match(answer, /^HTTP\/1.1 200 /);
    idle[1]?.destroy();
  });
});

test("makeTextServer() closes a connection whose time is over, or whose request has no end", async () => {
  await withServer(async (dial) => assert.equal(await readAll(dial()), ""), { limitMs: 20 });
  await withServer(async (dial) => assert.equal(await ask(dial, "x".repeat(9_000)), ""));
});
