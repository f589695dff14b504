/** Clients that send many requests ahead, and do not take the answers. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type Server } from "node:net";
import { testEach } from "./test_each.ts";
import { eventually } from "./test_engine.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const BODY_BYTES = 64 * 1024;
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Length: ${BODY_BYTES}\r\n\r\n${"x".repeat(BODY_BYTES)}`,
);
/** Far more than the buffers of both kernels' ends hold. */
const REQUESTS = 600;

class Answerer implements AsyncDisposable {
  answered = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => {
      let text = "";
      socket.on("error", () => {});
      socket.on("data", (bytes: Buffer) => {
        text += bytes.toString("latin1");
        for (let end = text.indexOf("\r\n\r\n"); end !== -1; end = text.indexOf("\r\n\r\n")) {
          text = text.slice(end + 4);
          this.answered++;
          socket.write(ANSWER);
        }
      });
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return (this.#server.address() as { readonly port: number }).port;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    return Promise.resolve();
  }
}

testEach(
  "ClientConnection begins no request while its client takes no answers, and goes on when it does",
  async (startEngine) => {
    await using upstream = new Answerer();
    await using engine = await startEngine({ ports: [await upstream.listen()] });
    await using client = await engine.dial();
    client.pause();
    client.write(GET.repeat(REQUESTS));
    let before = -1;
    await eventually(() => {
      const isAtRest = upstream.answered > 0 && upstream.answered === before;
      before = upstream.answered;
      return isAtRest;
    }, "no more requests");
    assert.ok(upstream.answered < REQUESTS / 2, `${upstream.answered} of ${REQUESTS}`);
    client.end();
    client.resume();
    const text = await client.readToEnd();
    assert.equal(text.split("HTTP/1.1 200 OK\r\n").length - 1, REQUESTS);
    assert.equal(upstream.answered, REQUESTS);
    assert.deepEqual(engine.logged, []);
  },
);
