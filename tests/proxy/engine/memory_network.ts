/**
 * A network in memory: what the engine's sockets say is kept as text, what they hear is put in by hand.
 *
 * The rule: it keeps the promises of {@linkcode Network}: nothing is told from within a call, nothing
 * behind a close, and a paused socket hears nothing.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  type Dial,
  type DialCallbacks,
  type Listener,
  type Network,
  silentHandler,
  type Socket,
  type SocketHandler,
} from "../../../proxy/engine/socket.ts";

/** How an engine's socket ended: not at all, by a FIN of its own, in both directions, by a reset. */
export type SocketEnd = "open" | "ended" | "destroyed" | "reset";

/** The engine's end of a connection. */
export class MemorySocket implements Socket {
  handler: SocketHandler = silentHandler;
  readonly remoteAddress = "10.0.0.9";
  /** All that the engine wrote, as latin1. */
  written = "";
  howEnded: SocketEnd = "open";
  /** Whether a write is told to wait; `drain` then goes on. */
  isFull = false;
  /** What of the octets that were written the kernel has not taken. */
  waitingBytes = 0;
  /** How often the engine asked for that. */
  offers = 0;
  readonly #arrived: (Buffer | "FIN")[] = [];
  #isPaused = false;
  #isFlowing = false;

  get bytesWritten(): number {
    return this.written.length;
  }

  get closed(): boolean {
    return this.howEnded === "destroyed" || this.howEnded === "reset";
  }

  write(bytes: Buffer): boolean {
    if (this.howEnded === "open") this.written += bytes.toString("latin1");
    return !this.isFull;
  }

  writeCopy(bytes: Buffer, length: number): boolean {
    return this.write(bytes.subarray(0, length));
  }

  offer(): number {
    this.offers++;
    return this.bytesWritten - this.waitingBytes;
  }

  watchPeer(): void {}

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    queueMicrotask(() => this.#flow());
  }

  end(flushed: () => void = () => {}): void {
    if (this.howEnded !== "open") return;
    this.howEnded = "ended";
    queueMicrotask(() => {
      if (!this.closed && this.waitingBytes === 0) flushed();
    });
  }

  destroy(): void {
    this.#close("destroyed");
  }

  reset(): void {
    this.#close("reset");
  }

  /** Octets of the peer. */
  feed(text: string): void {
    this.#arrive(Buffer.from(text, "latin1"));
  }

  /** The peer's FIN. */
  feedEnd(): void {
    this.#arrive("FIN");
  }

  /** There is room again. */
  drain(): void {
    this.isFull = false;
    if (!this.closed) this.handler.onDrain();
  }

  /** The peer's reset. */
  feedReset(): void {
    if (this.closed) return;
    this.howEnded = "reset";
    this.handler.onClose(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
  }

  #arrive(what: Buffer | "FIN"): void {
    this.#arrived.push(what);
    this.#flow();
  }

  #flow(): void {
    if (this.#isFlowing) return;
    this.#isFlowing = true;
    while (!this.#isPaused && !this.closed) {
      const next = this.#arrived.shift();
      if (next === undefined) break;
      if (next === "FIN") this.handler.onEnd();
      else this.handler.onData(next);
    }
    this.#isFlowing = false;
  }

  #close(how: "destroyed" | "reset"): void {
    if (this.closed) return;
    this.howEnded = how;
    queueMicrotask(() => this.handler.onClose(undefined));
  }
}

/** A network whose connections a test holds in its hands. */
export class MemoryNetwork implements Network {
  /** The engine's ends of the connections that it dialled, in their order. */
  readonly dialled: MemorySocket[] = [];
  /** Whether dials are refused. */
  isRefusing = false;
  #accept: (socket: Socket) => void = () => {};

  listen(
    address: { readonly host: string; readonly port: number },
    accept: (socket: Socket) => void,
  ): Promise<Listener> {
    this.#accept = accept;
    return Promise.resolve({ ...address, close: () => {} });
  }

  dial(_address: unknown, callbacks: DialCallbacks): Dial {
    let isCancelled = false;
    queueMicrotask(() => {
      if (isCancelled) return;
      if (this.isRefusing) {
        callbacks.failed(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
        return;
      }
      const socket = new MemorySocket();
      this.dialled.push(socket);
      callbacks.connected(socket);
    });
    return { cancel: () => isCancelled = true };
  }

  /** A client connects; this is the engine's end. */
  connect(): MemorySocket {
    const socket = new MemorySocket();
    this.#accept(socket);
    return socket;
  }
}

/** Waits until everything that was put off for later has been done. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
