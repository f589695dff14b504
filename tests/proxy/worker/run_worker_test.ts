/** A worker on real sockets, told what to do line by line. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { FromWorker, ToWorker } from "../../../proxy/worker/protocol.ts";
import { runWorker } from "../../../proxy/worker/run_worker.ts";
import { eventually, routeOf, type TestRoute } from "../engine/test_engine.ts";
import { dialWire, WireServer } from "../engine/wire.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** A worker with its input in the test's hand. */
class TestWorker implements AsyncDisposable {
  readonly sent: FromWorker[] = [];
  readonly logged: string[] = [];
  readonly over = new AbortController();
  readonly finished: Promise<void>;
  readonly port: number;
  #lines: (Uint8Array | undefined)[] = [];
  #wake = (): void => {};

  constructor(port: number) {
    this.port = port;
    this.finished = runWorker({
      listen: [{ host: "127.0.0.1", port }],
      input: this.#input(),
      send: (message) => this.sent.push(message),
      log: (message) => this.logged.push(message),
      settings: { sweepMs: 10, lingerMs: 50, retiringIdleMs: 20 },
      now: Date.now,
      monotonicNow: () => Math.trunc(performance.now()),
      signal: this.over.signal,
    });
  }

  tell(message: ToWorker): void {
    this.write(`${JSON.stringify(message)}\n`);
  }

  write(text: string): void {
    this.#lines.push(Buffer.from(text));
    this.#wake();
  }

  endInput(): void {
    this.#lines.push(undefined);
    this.#wake();
  }

  route(sequence: number, route: TestRoute): void {
    this.tell({ kind: "snapshot", snapshot: { sequence, routes: [routeOf(route)] } });
  }

  async message<K extends FromWorker["kind"]>(kind: K): Promise<Extract<FromWorker, { kind: K }>> {
    const find = (): FromWorker | undefined => this.sent.find((one) => one.kind === kind);
    await eventually(() => find() !== undefined, kind);
    const found = find() as Extract<FromWorker, { kind: K }>;
    this.sent.splice(this.sent.indexOf(found), 1);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.over.abort();
    await this.finished;
  }

  async *#input(): AsyncGenerator<Uint8Array> {
    while (true) {
      while (this.#lines.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const line = this.#lines.shift();
      if (line === undefined) return;
      yield line;
    }
  }
}

/** A port that was free a moment ago; a worker listens where it is told to. */
async function freePort(): Promise<number> {
  await using server = await WireServer.listen();
  await server.refuse();
  return server.port;
}

test("runWorker() applies the first snapshot, then listens and says that it is ready", async () => {
  await using upstream = await WireServer.listen();
  await using worker = new TestWorker(await freePort());
  worker.route(7, { ports: [upstream.port] });
  await worker.message("ready");
  const applied = await worker.message("applied");
  assert.deepEqual([applied.sequence, applied.inFlight], [7, []]);
  await using client = await dialWire(worker.port);
  client.write(GET);
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write(OK);
  await client.readUntil("ok");
});

test("runWorker() reports what was counted, under the id that was asked with", async () => {
  await using upstream = await WireServer.listen();
  await using worker = new TestWorker(await freePort());
  worker.route(1, { ports: [upstream.port] });
  await worker.message("ready");
  await using client = await dialWire(worker.port);
  client.write(GET);
  await (await upstream.accept()).readHead();
  worker.tell({ kind: "report", id: 42 });
  const { id, report } = await worker.message("report");
  assert.deepEqual([id, report.connections, report.generations[0]?.inFlight], [42, 1, 1]);
});

test("runWorker() tells with a switch what the former generation still answers", async () => {
  await using upstream = await WireServer.listen();
  await using worker = new TestWorker(await freePort());
  worker.route(1, { ports: [upstream.port] });
  await worker.message("ready");
  await worker.message("applied");
  await using client = await dialWire(worker.port);
  client.write(GET);
  await (await upstream.accept()).readHead();
  worker.route(2, { ports: [upstream.port], generation: 2, color: "green" });
  const applied = await worker.message("applied");
  assert.deepEqual(applied.inFlight, [
    { project: "shop", app: "web", generation: 1, inFlight: 1 },
  ]);
});

test("runWorker() tells when an endpoint could not be dialled", async () => {
  await using worker = new TestWorker(await freePort());
  const dead = await freePort();
  worker.route(1, { ports: [dead] });
  await worker.message("ready");
  await using client = await dialWire(worker.port);
  client.write(GET);
  assert.match(await client.readHead(), /^HTTP\/1\.1 503 /);
  const failed = await worker.message("endpoint failed");
  assert.deepEqual([failed.app, failed.endpoint.port, failed.error], ["web", dead, "refused"]);
});

test("runWorker() closes the streams of a color that is not in use", async () => {
  await using upstream = await WireServer.listen();
  await using worker = new TestWorker(await freePort());
  worker.route(1, { ports: [upstream.port] });
  await worker.message("ready");
  await using client = await dialWire(worker.port);
  client.write(GET);
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata");
  await client.readUntil("data");
  worker.route(2, { ports: [upstream.port], generation: 2, color: "green" });
  worker.tell({ kind: "close streams", id: 3, project: "shop", app: "web", color: "blue" });
  const closed = await worker.message("closed");
  assert.deepEqual([closed.id, closed.closed.map(({ kind }) => kind)], [3, ["stream"]]);
  assert.equal(await client.readToEnd(), "\r\n0\r\n\r\n");
});

test("runWorker() ends after it has retired", async () => {
  await using worker = new TestWorker(await freePort());
  worker.route(1, { ports: [] });
  await worker.message("ready");
  await using idle = await dialWire(worker.port);
  worker.tell({ kind: "retire" });
  assert.equal(await idle.readToEnd(), "");
  idle.end();
  await worker.message("retired");
  await worker.finished;
});

test("runWorker() stops at once when its input ends", async () => {
  await using upstream = await WireServer.listen();
  await using worker = new TestWorker(await freePort());
  worker.route(1, { ports: [upstream.port] });
  await worker.message("ready");
  await using client = await dialWire(worker.port);
  client.write(GET);
  await (await upstream.accept()).readHead();
  worker.endInput();
  await worker.finished;
  assert.equal(await client.closed(), "ECONNRESET");
});

test("runWorker() reads lines that come in pieces, and goes on after one that is no message", async () => {
  await using worker = new TestWorker(await freePort());
  const line = JSON.stringify({ kind: "report", id: 1 });
  worker.write("{nonsense\n");
  worker.write(line.slice(0, 5));
  worker.write(`${line.slice(5)}\n${line.replace("1", "2")}\n`);
  assert.equal((await worker.message("report")).id, 1);
  assert.equal((await worker.message("report")).id, 2);
  assert.match(worker.logged[0]!, /^Read a line of the control process: /);
});

test("runWorker() fails when an address is taken", async () => {
  await using taken = await WireServer.listen();
  const worker = new TestWorker(taken.port);
  worker.route(1, { ports: [] });
  await assert.rejects(worker.finished, /EADDRINUSE|address already in use|Failed to listen/i);
});
