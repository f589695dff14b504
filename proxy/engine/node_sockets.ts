/**
 * The engine's sockets made of `node:net`.
 *
 * The rule: an error in a handler ends the one connection it happened on and is logged; it never
 * leaves this module.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { connect, createServer, type Server, type Socket as NetSocket } from "node:net";
import { describeFault, formatPeer, KEEP_ALIVE_DELAY_MS, type Log } from "./connection_options.ts";
import { explainRefusal } from "./shortage.ts";
import {
  type Dial,
  type DialCallbacks,
  type Listener,
  type Network,
  silentHandler,
  type Socket,
  type SocketAddress,
  type SocketHandler,
} from "./socket.ts";

const CONNECTION_OPTIONS = {
  allowHalfOpen: true,
  noDelay: true,
} as const;

class NodeSocket implements Socket {
  handler: SocketHandler = silentHandler;
  readonly remoteAddress: string;
  readonly #raw: NetSocket;
  readonly #log: Log;
  #error: Error | undefined;
  #ended = false;
  #isWatching = false;

  constructor(raw: NetSocket, log: Log) {
    this.#raw = raw;
    this.#log = log;
    this.remoteAddress = formatPeer(raw.remoteAddress ?? "");
    raw.on("data", (bytes: Buffer) => this.#guard(() => this.handler.onData(bytes)));
    raw.on("drain", () => this.#guard(() => this.handler.onDrain()));
    raw.on("end", () => this.#guard(() => this.handler.onEnd()));
    raw.on("error", (error: Error) => {
      this.#error ??= error;
    });
    raw.on("close", () => this.#guard(() => this.handler.onClose(this.#error)));
  }

  get bytesWritten(): number {
    return this.#raw.bytesWritten;
  }

  get closed(): boolean {
    return this.#raw.destroyed;
  }

  write(bytes: Buffer): boolean {
    // A write after FIN or after the end would only raise an error event for a caller's mistake.
    if (this.#ended || this.#raw.destroyed) return true;
    return this.#raw.write(bytes);
  }

  writeCopy(bytes: Buffer, length: number): boolean {
    return this.write(Buffer.from(bytes.subarray(0, length)));
  }

  watchPeer(): void {
    if (this.#isWatching || this.#raw.destroyed) return;
    this.#isWatching = true;
    this.#raw.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
  }

  get isFull(): boolean {
    return this.#raw.writableNeedDrain;
  }

  /** The stream offers what waits by itself; it tells of each write when all of it was taken. */
  offer(): number {
    return this.#raw.bytesWritten - this.#raw.writableLength;
  }

  pause(): void {
    this.#raw.pause();
  }

  resume(): void {
    this.#raw.resume();
  }

  end(flushed: () => void = () => {}): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#raw.end(() => this.#guard(flushed));
  }

  destroy(): void {
    this.#raw.destroy();
  }

  reset(): void {
    this.#raw.resetAndDestroy();
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#log(`Handle a connection of ${this.remoteAddress}: ${describeFault(error)}`);
      this.#error ??= error instanceof Error ? error : new Error(String(error));
      this.#raw.destroy();
    }
  }
}

/** Makes the `node:net` implementation of {@linkcode Network}. */
export function createNodeNetwork(log: Log): Network {
  return {
    listen: (address, accept) => listen(address, (raw) => accept(new NodeSocket(raw, log)), log),
    dial: (address, callbacks) => dial(address, callbacks, log),
  };
}

function listen(
  address: SocketAddress,
  accept: (raw: NetSocket) => void,
  log: Log,
): Promise<Listener> {
  const server: Server = createServer({ ...CONNECTION_OPTIONS }, (raw) => {
    try {
      accept(raw);
    } catch (error) {
      log(`Accept a connection: ${describeFault(error)}`);
      raw.destroy();
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...address, reusePort: true, exclusive: true }, () => {
      server.off("error", reject);
      server.on("error", (error) => log(`Accept a connection: ${error.message}`));
      const bound = server.address();
      const port = bound === null || typeof bound === "string" ? address.port : bound.port;
      resolve({ host: address.host, port, close: () => server.close() });
    });
  });
}

function dial(address: SocketAddress, callbacks: DialCallbacks, log: Log): Dial {
  const raw = connect({ ...address, ...CONNECTION_OPTIONS });
  let settled = false;
  const settle = (act: () => void): void => {
    if (settled) return;
    settled = true;
    act();
  };
  const failed = (error: Error): void => settle(() => callbacks.failed(explainRefusal(error)));
  raw.once("connect", () =>
    settle(() => {
      raw.off("error", failed);
      callbacks.connected(new NodeSocket(raw, log));
    }));
  raw.on("error", failed);
  raw.once("close", () => failed(new Error("closed")));
  return {
    cancel: () =>
      settle(() => {
        raw.on("error", () => {});
        raw.destroy();
      }),
  };
}
