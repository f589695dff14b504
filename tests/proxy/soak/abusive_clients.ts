/**
 * Clients that want to hurt: each does one kind of harm again and again, until it is told to stop.
 *
 * The rule: they are never counted, and they leave nothing open when they stop.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRequest } from "../engine/fuzz/generate_message.ts";
import { mutate } from "../engine/fuzz/mutate.ts";
import { Random } from "../engine/fuzz/random.ts";

/** A client of one kind on a connection of its own, which it may give back at any time. */
type Abuse = (connection: AbusiveConnection, random: Random) => Promise<void>;

/** How many there are of each kind. */
const ABUSES: readonly {
  readonly name: string;
  readonly clients: number;
  readonly abuse: Abuse;
}[] = [
  { name: "slow headers", clients: 20, abuse: sendHeadSlowly },
  { name: "slow bodies", clients: 20, abuse: sendBodySlowly },
  { name: "half open", clients: 5, abuse: leaveHalfOpen },
  { name: "garbage", clients: 5, abuse: sendGarbage },
  { name: "never reading", clients: 5, abuse: neverRead },
  { name: "huge headers", clients: 3, abuse: sendHugeHead },
  { name: "idle", clients: 1_000, abuse: (connection) => connection.pause(120_000) },
];

/** One connection of an abusive client. */
class AbusiveConnection {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;

  constructor(port: number, signal: AbortSignal) {
    this.#socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    this.#signal = signal;
    // It is the proxy's right to refuse, close and reset such a client.
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("end", () => this.#socket.end());
    this.#socket.resume();
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && !this.#signal.aborted;
  }

  write(text: string): void {
    if (this.isOpen) this.#socket.write(Buffer.from(text, "latin1"));
  }

  stopReading(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.end();
  }

  close(how: "in order" | "by a reset"): void {
    if (how === "in order") this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  /** Waits, or less when the connection is gone or all shall stop. */
  async pause(ms: number): Promise<void> {
    const over = new AbortController();
    const stop = () => over.abort();
    this.#socket.once("close", stop);
    this.#signal.addEventListener("abort", stop, { once: true });
    if (!this.isOpen) stop();
    await sleep(ms, undefined, { signal: over.signal }).catch((error) => {
      if (!over.signal.aborted) throw error;
    });
    this.#socket.off("close", stop);
    this.#signal.removeEventListener("abort", stop);
  }
}

/** Starts them all; resolves when all have stopped, after `signal`. */
export async function abuse(port: number, signal: AbortSignal): Promise<void> {
  const clients = ABUSES.flatMap(({ clients, abuse }) =>
    Array.from({ length: clients }, (_, index) => repeat(abuse, { port, seed: index, signal }))
  );
  await Promise.all(clients);
}

/** What is done to the proxy, in words. */
export function describeAbuse(): string {
  return ABUSES.map(({ name, clients }) => `${clients} ${name}`).join(", ");
}

async function repeat(
  abuse: Abuse,
  { port, seed, signal }: {
    readonly port: number;
    readonly seed: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const random = new Random(seed);
  while (!signal.aborted) {
    const connection = new AbusiveConnection(port, signal);
    await abuse(connection, random);
    await connection.pause(200);
    connection.close(random.oneIn(2) ? "in order" : "by a reset");
  }
}

async function sendHeadSlowly(connection: AbusiveConnection): Promise<void> {
  connection.write("GET / HTTP/1.1\r\n");
  while (connection.isOpen) {
    connection.write("A");
    await connection.pause(500);
  }
}

async function sendBodySlowly(connection: AbusiveConnection): Promise<void> {
  connection.write("POST /echo HTTP/1.1\r\nHost: blog.com\r\nContent-Length: 100\r\n\r\n");
  for (let sent = 0; sent < 100 && connection.isOpen; sent++) {
    connection.write("x");
    await connection.pause(200);
  }
}

async function leaveHalfOpen(connection: AbusiveConnection, random: Random): Promise<void> {
  const whole = "POST /slow?seconds=2 HTTP/1.1\r\nHost: blog.com\r\nContent-Length: 4\r\n\r\nabcd";
  connection.write(whole.slice(0, random.oneIn(2) ? whole.length : random.below(whole.length)));
  connection.end();
  await connection.pause(random.below(4_000));
}

async function sendGarbage(connection: AbusiveConnection, random: Random): Promise<void> {
  for (let number = 0; number < 4 && connection.isOpen; number++) {
    connection.write(mutate(makeRequest(random, { number, mayBeHead: true }).text, random));
    await connection.pause(20);
  }
}

async function neverRead(connection: AbusiveConnection): Promise<void> {
  connection.stopReading();
  connection.write("GET /download?bytes=50000000&seconds=1 HTTP/1.1\r\nHost: blog.com\r\n\r\n");
  await connection.pause(15_000);
}

async function sendHugeHead(connection: AbusiveConnection): Promise<void> {
  connection.write(`GET / HTTP/1.1\r\nHost: blog.com\r\nCookie: ${"x".repeat(200_000)}\r\n\r\n`);
  await connection.pause(500);
}
