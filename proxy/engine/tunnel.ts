/**
 * Carries raw octets both ways between a client and an upstream that have left HTTP.
 *
 * The rule: each direction closes for itself, and nothing is buffered beyond what the slower side
 * makes its socket hold.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Socket, SocketHandler } from "./socket.ts";
import { GOING_AWAY_FRAME, WebSocketFrames } from "./websocket_frames.ts";

/** How a tunnel behaves at its end. */
export interface TunnelOptions {
  /** Whether what passes are the frames of a WebSocket. */
  readonly isWebSocket: boolean;
  /** Milliseconds that an end in order may take. */
  readonly closeMs: number;
  /** Called once, when both sockets are closed. */
  readonly closed: () => void;
}

/** Two sockets that are connected to each other. */
export class Tunnel {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #options: TunnelOptions;
  readonly #frames = new WebSocketFrames();
  #open = 2;
  #closing = false;
  #said = false;
  readonly #waiters: (() => void)[] = [];

  constructor(client: Socket, upstream: Socket, options: TunnelOptions) {
    this.#client = client;
    this.#upstream = upstream;
    this.#options = options;
  }

  /** Begins with what already arrived from either side behind the heads. */
  start(fromClient: Buffer | undefined, fromUpstream: Buffer | undefined): void {
    this.#client.handler = this.#carry(this.#client, this.#upstream, (bytes) => bytes);
    this.#upstream.handler = this.#carry(
      this.#upstream,
      this.#client,
      (bytes) => this.#towardsClient(bytes),
    );
    if (fromUpstream !== undefined) this.#upstream.handler.onData(fromUpstream);
    if (fromClient !== undefined) this.#client.handler.onData(fromClient);
    this.#client.resume();
    this.#upstream.resume();
  }

  /** Ends it in order: a WebSocket's client is told at the end of a frame, then both see a FIN. */
  close(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    const closed = new Promise<void>((resolve) => this.#waiters.push(resolve));
    if (this.#closing) return closed;
    this.#closing = true;
    if (!this.#options.isWebSocket || this.#frames.atBoundary) this.#sayGoodbye();
    const timer = setTimeout(() => this.#destroy(), this.#options.closeMs);
    this.#waiters.push(() => clearTimeout(timer));
    return closed;
  }

  #destroy(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #carry(from: Socket, to: Socket, pass: (bytes: Buffer) => Buffer | undefined): SocketHandler {
    let hasEnded = false;
    return {
      onData: (bytes) => {
        const passed = pass(bytes);
        if (passed !== undefined && !to.write(passed)) from.pause();
      },
      onDrain: () => to.resume(),
      onEnd: () => {
        hasEnded = true;
        to.end();
      },
      onClose: (error) => {
        this.#open--;
        if (this.#open === 0) this.#finish();
        // After both FINs the other side may still be sending what it holds.
        else if (error !== undefined) to.reset();
        else if (!hasEnded) to.destroy();
      },
    };
  }

  #finish(): void {
    for (const wake of this.#waiters.splice(0)) wake();
    this.#options.closed();
  }

  /** What of `bytes` the client still gets, once the tunnel is to be closed. */
  #towardsClient(bytes: Buffer): Buffer | undefined {
    if (this.#said) return undefined;
    if (!this.#options.isWebSocket) return bytes;
    if (!this.#closing) {
      this.#frames.push(bytes);
      return bytes;
    }
    const end = this.#frames.pushToBoundary(bytes);
    if (end === -1) return bytes;
    this.#client.write(bytes.subarray(0, end));
    this.#sayGoodbye();
    return undefined;
  }

  #sayGoodbye(): void {
    this.#said = true;
    if (this.#options.isWebSocket && !this.#frames.closing) {
      this.#client.write(Buffer.from(GOING_AWAY_FRAME));
    }
    this.#client.end();
    this.#upstream.end();
  }
}
