/**
 * What of the runtime's own the engine uses, where it is there.
 *
 * The rule: a runtime is asked for by what it can do, here and nowhere else in the engine.
 *
 * @module
 */
import type { Buffer } from "node:buffer";

/** A socket as `Bun.listen` and `Bun.connect` give it; `data` is its owner's. */
export interface BunSocket<Data> {
  data: Data;
  readonly remoteAddress: string;
  /** @returns The octets that the kernel took, fewer than all of them where it is full; -1 when closed. */
  write(bytes: Buffer, start?: number, length?: number): number;
  pause(): void;
  resume(): void;
  /** Sends a FIN behind what the kernel has. */
  shutdown(): void;
  /** Closes both directions at once. */
  close(): void;
  /** Closes with a reset. */
  terminate(): void;
  setKeepAlive(on: boolean, delayMs: number): void;
}

/** What happens on sockets of one listener or one dial. */
export interface BunHandlers<Data> {
  open(socket: BunSocket<Data>): void;
  data(socket: BunSocket<Data>, bytes: Buffer): void;
  drain(socket: BunSocket<Data>): void;
  end(socket: BunSocket<Data>): void;
  close(socket: BunSocket<Data>, error: Error | undefined): void;
  error(socket: BunSocket<Data>, error: Error): void;
  connectError?(socket: BunSocket<Data>, error: Error): void;
}

interface BunAddress {
  readonly hostname: string;
  readonly port: number;
  readonly allowHalfOpen: boolean;
}

/** The part of Bun that makes sockets. */
export interface BunSockets {
  listen<Data>(
    options: BunAddress & {
      readonly reusePort: boolean;
      readonly socket: BunHandlers<Data>;
    },
  ): { readonly port: number; stop(closeActiveConnections?: boolean): void };
  connect<Data>(
    options: BunAddress & { readonly data: Data; readonly socket: BunHandlers<Data> },
  ): Promise<unknown>;
}

/** Bun's own sockets; none in another runtime. */
export function findBunSockets(): BunSockets | undefined {
  const { Bun } = globalThis as { readonly Bun?: Partial<BunSockets> };
  return typeof Bun?.listen === "function" && typeof Bun.connect === "function"
    ? Bun as BunSockets
    : undefined;
}
