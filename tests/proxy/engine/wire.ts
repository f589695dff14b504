/**
 * Raw TCP for tests: octets as latin1 text, read by what they say and not by when they arrive.
 *
 * The rule: every wait fails after a generous time with what had arrived by then.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { connect, createServer, type Server, type Socket } from "node:net";

const WAIT_MS = 4_000;

/** One end of a connection. */
export class Wire implements AsyncDisposable {
  readonly #socket: Socket;
  #text = "";
  #hasEnded = false;
  #isClosed = false;
  #error: Error | undefined;
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#text += bytes.toString("latin1");
      this.#notify();
    });
    socket.on("end", () => {
      this.#hasEnded = true;
      this.#notify();
    });
    socket.on("error", (error: Error) => {
      this.#error = error;
    });
    socket.on("close", () => {
      this.#isClosed = true;
      this.#notify();
    });
  }

  /** Octets that arrived and were not read. */
  get pending(): string {
    return this.#text;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(text: string): boolean {
    return this.#socket.write(Buffer.from(text, "latin1"));
  }

  /** Writes one octet at a time, each in a packet of its own. */
  async writeSlowly(text: string): Promise<void> {
    for (const octet of text) {
      this.write(octet);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Waits for `mark`, and takes everything up to and with it. */
  async readUntil(mark: string): Promise<string> {
    await this.#until(() => this.#text.includes(mark), `"${mark}"`);
    return this.#take(this.#text.indexOf(mark) + mark.length);
  }

  readHead(): Promise<string> {
    return this.readUntil("\r\n\r\n");
  }

  async readBytes(count: number): Promise<string> {
    await this.#until(() => this.#text.length >= count, `${count} octets`);
    return this.#take(count);
  }

  /** Waits for the peer's FIN and takes everything before it. */
  async readToEnd(): Promise<string> {
    await this.#until(() => this.#hasEnded, "the end");
    return this.#take(this.#text.length);
  }

  /** Waits until both directions are closed: "in order", or by what error. */
  async closed(): Promise<string> {
    await this.#until(() => this.#isClosed, "the close");
    if (this.#error === undefined) return "in order";
    return "code" in this.#error ? String(this.#error.code) : this.#error.message;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    return Promise.resolve();
  }

  #take(count: number): string {
    const taken = this.#text.slice(0, count);
    this.#text = this.#text.slice(count);
    return taken;
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!holds()) {
      if (this.#isClosed && what !== "the close") {
        throw new Error(`closed before ${what}: got ${JSON.stringify(this.#text.slice(0, 500))}`);
      }
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) {
        throw new Error(`no ${what}: got ${JSON.stringify(this.#text.slice(0, 500))}`);
      }
      await this.#event(leftMs);
    }
  }

  #event(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Connects to `port` of this machine. */
export async function dialWire(port: number): Promise<Wire> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", () => resolve());
    socket.once("error", reject);
  });
  return new Wire(socket);
}

/** A server whose connections a test takes one by one. */
export class WireServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #wires: Wire[];
  readonly #arrived: Wire[];
  readonly #waiters: ((wire: Wire) => void)[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    this.#wires = [];
    this.#arrived = [];
    server.on("connection", (socket: Socket) => {
      const wire = new Wire(socket);
      this.#wires.push(wire);
      const waiter = this.#waiters.shift();
      if (waiter === undefined) this.#arrived.push(wire);
      else waiter(wire);
    });
  }

  static async listen(): Promise<WireServer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return new WireServer(server, address.port);
  }

  /** How many connections there were. */
  get count(): number {
    return this.#wires.length;
  }

  /** Whether a connection waits to be accepted by the test. */
  get hasArrivals(): boolean {
    return this.#arrived.length > 0;
  }

  /** The next connection. */
  accept(): Promise<Wire> {
    const wire = this.#arrived.shift();
    if (wire !== undefined) return Promise.resolve(wire);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no connection")), WAIT_MS);
      this.#waiters.push((next) => {
        clearTimeout(timer);
        resolve(next);
      });
    });
  }

  /** Stops listening, so that dials are refused. */
  async refuse(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const wire of this.#wires) wire.destroy();
    this.#server.close();
    return Promise.resolve();
  }
}
