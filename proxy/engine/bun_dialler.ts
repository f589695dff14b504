/**
 * Dials with Bun's own sockets, which cannot give a dial up and call every failure a refusal.
 *
 * The rule: what was given up stays counted until the kernel is done with it; beyond a number of
 * these, dials are left to sockets that can end one.
 *
 * @module
 */
import type { BunHandlers, BunSocket, BunSockets } from "./runtime.ts";
import { explainRefusal } from "./shortage.ts";
import type { Dial, DialCallbacks, Network, Socket, SocketAddress } from "./socket.ts";

/** Dials that were given up and may hang in the kernel at the same time. */
const MAX_ABANDONED_DIALS = 32;

/** What makes a socket of the engine of one of Bun's, whose `data` it is. */
export interface BunDialling<Data> {
  readonly bun: BunSockets;
  /** What happens on a socket once it is open. */
  readonly handlers: Omit<BunHandlers<Data | undefined>, "open">;
  readonly attach: (raw: BunSocket<Data | undefined>) => Socket;
  /** Dials where too many that were given up still hang. */
  readonly fallback: Network;
}

/** Dials, and counts those that were given up and hang. */
export class BunDialler<Data> {
  readonly #with: BunDialling<Data>;
  #abandoned = 0;

  constructor(dialling: BunDialling<Data>) {
    this.#with = dialling;
  }

  /** As {@linkcode Network} dials. */
  dial(address: SocketAddress, callbacks: DialCallbacks): Dial {
    const { attach, fallback } = this.#with;
    if (this.#abandoned >= MAX_ABANDONED_DIALS) return fallback.dial(address, callbacks);
    let state: "dialling" | "settled" | "abandoned" = "dialling";
    const settle = (act: () => void): void => {
      if (state === "abandoned") this.#abandoned--;
      const wasDialling = state === "dialling";
      state = "settled";
      if (wasDialling) act();
    };
    this.#connect(address, {
      open: (raw) => {
        if (state === "abandoned") raw.close();
        settle(() => callbacks.connected(attach(raw)));
      },
      failed: (error) => settle(() => callbacks.failed(error)),
    });
    return {
      cancel: () => {
        if (state !== "dialling") return;
        state = "abandoned";
        this.#abandoned++;
      },
    };
  }

  /** Bun says from within its `connect` that a dial cannot begin, and by the promise once more. */
  #connect({ host, port }: SocketAddress, { open, failed }: BunDialEvents<Data>): void {
    let hasBegun = false;
    let fault: Error | undefined;
    const connectError = (_raw: unknown, error: Error): void => {
      if (hasBegun) failed(error);
      else fault = explainRefusal(error);
    };
    this.#with.bun.connect<Data | undefined>({
      hostname: host,
      port,
      allowHalfOpen: true,
      data: undefined,
      socket: { ...this.#with.handlers, open, connectError },
    }).catch((error: unknown) => {
      failed(fault ?? (error instanceof Error ? error : new Error(String(error))));
    });
    hasBegun = true;
  }
}

interface BunDialEvents<Data> {
  open(raw: BunSocket<Data | undefined>): void;
  failed(error: Error): void;
}
