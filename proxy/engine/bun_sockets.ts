/**
 * The engine's sockets made of Bun's own, which cost a request less than those of `node:net`.
 *
 * The rule: same as for every {@linkcode Network}: an error in a handler ends the one connection it
 * happened on and is logged.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { BunDialler } from "./bun_dialler.ts";
import { describeFault, formatPeer, KEEP_ALIVE_DELAY_MS, type Log } from "./connection_options.ts";
import { mergeParts } from "./merge_parts.ts";
import type { BunHandlers, BunSocket, BunSockets } from "./runtime.ts";
import {
  type Listener,
  type Network,
  silentHandler,
  type Socket,
  type SocketAddress,
  type SocketHandler,
} from "./socket.ts";

type Raw = BunSocket<StreamSocket | undefined>;

class StreamSocket implements Socket {
  handler: SocketHandler = silentHandler;
  closed = false;
  // Counted here: to ask Bun costs more than the addition.
  bytesWritten = 0;
  readonly #raw: Raw;
  readonly #log: Log;
  #waiting: Buffer[] = [];
  #remoteAddress: string | undefined;
  #isWatching = false;
  #isEnded = false;
  #hasPeerEnded = false;
  #flushed: (() => void) | undefined;
  #error: Error | undefined;

  constructor(raw: Raw, log: Log) {
    this.#raw = raw;
    this.#log = log;
  }

  get remoteAddress(): string {
    return this.#remoteAddress ??= formatPeer(this.#raw.remoteAddress ?? "");
  }

  write(bytes: Buffer): boolean {
    if (this.#isEnded || this.closed) return true;
    this.bytesWritten += bytes.length;
    if (this.#waiting.length === 0) {
      const taken = this.#raw.write(bytes);
      if (taken === bytes.length || taken < 0) return true;
      this.#waiting.push(bytes.subarray(taken));
    } else {
      this.#waiting.push(bytes);
    }
    return false;
  }

  writeCopy(bytes: Buffer, length: number): boolean {
    if (this.#isEnded || this.closed) return true;
    this.bytesWritten += length;
    const taken = this.#waiting.length === 0 ? this.#raw.write(bytes, 0, length) : 0;
    if (taken === length || taken < 0) return true;
    this.#waiting.push(Buffer.from(bytes.subarray(taken, length)));
    return false;
  }

  watchPeer(): void {
    if (this.#isWatching || this.closed) return;
    this.#isWatching = true;
    this.#raw.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
  }

  get isFull(): boolean {
    return this.#waiting.length > 0;
  }

  offer(): number {
    if (!this.closed && this.#waiting.length > 0) this.drained();
    let taken = this.bytesWritten;
    for (const bytes of this.#waiting) taken -= bytes.length;
    return taken;
  }

  pause(): void {
    if (!this.closed) this.#raw.pause();
  }

  resume(): void {
    if (!this.closed) this.#raw.resume();
  }

  end(flushed: () => void = () => {}): void {
    if (this.#isEnded || this.closed) return;
    this.#isEnded = true;
    this.#flushed = flushed;
    if (this.#waiting.length === 0) this.#shutDown();
  }

  destroy(): void {
    this.#close(() => this.#raw.close());
  }

  reset(): void {
    this.#close(() => this.#raw.terminate());
  }

  received(bytes: Buffer): void {
    // In place, without a closure: this is called for all that arrives.
    try {
      this.handler.onData(bytes);
    } catch (error) {
      this.#fault(error);
    }
  }

  /** The kernel has room again. */
  drained(): void {
    if (this.#waiting.length > 1) this.#waiting = mergeParts(this.#waiting);
    while (this.#waiting.length > 0) {
      const [bytes] = this.#waiting as [Buffer];
      const taken = this.#raw.write(bytes);
      if (taken < bytes.length) {
        if (taken > 0) this.#waiting[0] = bytes.subarray(taken);
        return;
      }
      this.#waiting.shift();
      if (this.#waiting.length === 0) return this.#emptied();
    }
  }

  peerEnded(): void {
    if (this.#hasPeerEnded || this.closed) return;
    this.#hasPeerEnded = true;
    this.#guard(() => this.handler.onEnd());
  }

  failed(error: Error): void {
    this.#error ??= error;
  }

  gone(error: Error | undefined): void {
    // Closed on this side: that is told on its own, later.
    if (this.closed) return;
    // Bun tells of a FIN that closes the second direction by the close alone.
    if (error === undefined && this.#error === undefined) this.peerEnded();
    if (this.closed) return;
    this.closed = true;
    this.#error ??= error;
    this.#tellClosed();
  }

  #emptied(): void {
    if (this.#isEnded) this.#shutDown();
    else this.#guard(() => this.handler.onDrain());
  }

  #shutDown(): void {
    this.#raw.shutdown();
    const flushed = this.#flushed;
    this.#flushed = undefined;
    // As with every socket, what was asked for is told later, never from within.
    if (flushed !== undefined) queueMicrotask(() => this.#guard(flushed));
  }

  #close(act: () => void): void {
    if (this.closed) return;
    this.closed = true;
    act();
    queueMicrotask(() => this.#tellClosed());
  }

  #tellClosed(): void {
    this.#waiting.length = 0;
    this.#guard(() => this.handler.onClose(this.#error));
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    this.#log(`Handle a connection of ${this.remoteAddress}: ${describeFault(error)}`);
    this.#error ??= error instanceof Error ? error : new Error(String(error));
    this.destroy();
  }
}

/** What happens on a socket goes to its owner; `open` differs. */
const HANDLERS: Omit<BunHandlers<StreamSocket | undefined>, "open"> = {
  data: (raw, bytes) => raw.data?.received(bytes),
  drain: (raw) => raw.data?.drained(),
  end: (raw) => raw.data?.peerEnded(),
  error: (raw, error) => raw.data?.failed(error),
  close: (raw, error) => raw.data?.gone(error),
};

/**
 * Makes the implementation of {@linkcode Network} over Bun's sockets.
 *
 * @param fallback Dials where too many that were given up still hang.
 */
export function createBunNetwork(bun: BunSockets, log: Log, fallback: Network): Network {
  const attach = (raw: Raw): StreamSocket => {
    const socket = new StreamSocket(raw, log);
    raw.data = socket;
    return socket;
  };
  const dialler = new BunDialler({ bun, handlers: HANDLERS, attach, fallback });
  return {
    listen: (address, accept) => listen(bun, address, { accept, attach, log }),
    dial: (address, callbacks) => dialler.dial(address, callbacks),
  };
}

interface Accepting {
  readonly accept: (socket: Socket) => void;
  readonly attach: (raw: Raw) => StreamSocket;
  readonly log: Log;
}

function listen(
  bun: BunSockets,
  { host, port }: SocketAddress,
  { accept, attach, log }: Accepting,
): Promise<Listener> {
  const open = (raw: Raw): void => {
    const socket = attach(raw);
    try {
      accept(socket);
    } catch (error) {
      log(`Accept a connection: ${describeFault(error)}`);
      socket.destroy();
    }
  };
  try {
    const listener = bun.listen({
      hostname: host,
      port,
      allowHalfOpen: true,
      reusePort: true,
      socket: { ...HANDLERS, open },
    });
    return Promise.resolve({ host, port: listener.port, close: () => listener.stop() });
  } catch (error) {
    return Promise.reject(error);
  }
}
