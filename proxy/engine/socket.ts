/**
 * The sockets that the engine sees: connect, listen, write with backpressure, pause, half close.
 *
 * The rule: the engine knows no other I/O than this, so that another kind of socket (a runtime's own,
 * or one behind TLS) takes the place of `node:net` without a change in the engine.
 *
 * @module
 */
import type { Buffer } from "node:buffer";

/** What a socket tells its owner. Nothing is called after `onClose`. */
export interface SocketHandler {
  /** Bytes arrived; they belong to the handler, the socket does not touch them again. */
  onData(bytes: Buffer): void;
  /** All that was accepted after a `write` that answered false has been handed to the kernel. */
  onDrain(): void;
  /** The peer closed its direction (FIN). The other direction stays open. */
  onEnd(): void;
  /** Both directions are gone; `error` says why where the end was not an orderly one. */
  onClose(error: Error | undefined): void;
}

/** The handler of a socket that nobody is interested in. */
export const silentHandler: SocketHandler = {
  onData: () => {},
  onDrain: () => {},
  onEnd: () => {},
  onClose: () => {},
};

/** Says how a connection ended, by what `onClose` was told. */
export function describeClose(error: Error | undefined): string {
  if (error === undefined) return "closed";
  return "code" in error && error.code === "ECONNRESET" ? "reset" : error.message;
}

/** A connected stream socket. */
export interface Socket {
  /** Who is told; it can be replaced at any time. */
  handler: SocketHandler;
  /** The peer's address, an IPv4 one never in its IPv6 form. */
  readonly remoteAddress: string;
  /** Octets that were written, those that still wait in this process included. */
  readonly bytesWritten: number;
  /** Whether it was closed or destroyed. */
  readonly closed: boolean;
  /**
   * Sends `bytes`, which the caller must not change afterwards.
   *
   * @returns False where the caller should wait for `onDrain` before it sends more.
   */
  write(bytes: Buffer): boolean;
  /** Sends the first `length` octets of `bytes`, which the caller may change afterwards. */
  writeCopy(bytes: Buffer, length: number): boolean;
  /**
   * Has the kernel probe a silent peer from now on, so that one that vanished is found. Asked for
   * what lasts: most connections end long before the first probe would be due.
   */
  watchPeer(): void;
  /** Whether octets that were written still wait for the kernel: `onDrain` comes when none does. */
  readonly isFull: boolean;
  /**
   * Offers the kernel what waits, which may take some of it long before it says so.
   *
   * @returns The octets that it has taken by now, of `bytesWritten`.
   */
  offer(): number;
  /** Stops reading; what the peer sends stays in the kernel. */
  pause(): void;
  resume(): void;
  /**
   * Closes the sending direction (FIN) behind everything that was written.
   *
   * @param flushed Called when all of it was handed to the kernel: from then on closing loses nothing.
   */
  end(flushed?: () => void): void;
  /** Closes both directions at once; `onClose` follows. */
  destroy(): void;
  /** Closes with a reset (RST), so that the peer cannot take what it got for the whole. */
  reset(): void;
}

/** A dial that is under way. */
export interface Dial {
  /** Gives it up; neither callback is called afterwards. */
  cancel(): void;
}

/** How a dial ends: exactly one of both is called, never before `dial` has returned. */
export interface DialCallbacks {
  connected(socket: Socket): void;
  failed(error: Error): void;
}

/** A listening socket. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting; connections that were accepted stay. */
  close(): void;
}

/** An address to listen on or to dial. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** Makes sockets. */
export interface Network {
  /**
   * Listens on `address`, beside other processes that do the same (`reusePort`).
   *
   * @param accept Called with every connection; it sets the handler before it returns.
   * @throws When the address cannot be bound.
   */
  listen(address: SocketAddress, accept: (socket: Socket) => void): Promise<Listener>;
  dial(address: SocketAddress, callbacks: DialCallbacks): Dial;
}
