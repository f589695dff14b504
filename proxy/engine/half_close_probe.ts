/**
 * Finds out whether a client that closed its sending direction is still there.
 *
 * The rule: a FIN says nothing about the other direction. An interim answer, which every client of
 * HTTP/1.1 must accept (RFC 9110, 15.2), is refused by the system of one that closed both.
 *
 * @module
 */
import type { EngineContext } from "./engine_context.ts";
import { formatProbe } from "./own_answer.ts";
import type { Socket } from "./socket.ts";

/** Sends interim answers until the real one begins. */
export class HalfCloseProbe {
  readonly #socket: Socket;
  readonly #context: EngineContext;
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: Socket, context: EngineContext) {
    this.#socket = socket;
    this.#context = context;
    this.#schedule();
  }

  /** No probe is sent from now on. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const { probeDelaysMs } = this.#context.settings;
    const delayMs = probeDelaysMs[Math.min(this.#sent, probeDelaysMs.length - 1)];
    if (delayMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#context.contain(() => this.#probe(), () => this.#socket.destroy());
    }, delayMs);
  }

  #probe(): void {
    if (this.#socket.closed) return;
    this.#sent++;
    this.#socket.write(formatProbe());
    this.#schedule();
  }
}
