/**
 * Finds out whether a client that closed its sending direction is still there.
 *
 * The rule: a FIN says nothing about the other direction. An interim answer, which every client of
 * HTTP/1.1 must accept (RFC 9110, 15.2), is refused by the system of one that closed both.
 *
 * @module
 */
import { formatProbe } from "./own_answer.ts";
import type { Socket } from "./socket.ts";

/** Sends interim answers until the real one begins. */
export class HalfCloseProbe {
  readonly #socket: Socket;
  readonly #delaysMs: readonly number[];
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param delaysMs Milliseconds before each probe; the last one is repeated. */
  constructor(socket: Socket, delaysMs: readonly number[]) {
    this.#socket = socket;
    this.#delaysMs = delaysMs;
    this.#schedule();
  }

  /** No probe is sent from now on. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const delayMs = this.#delaysMs[Math.min(this.#sent, this.#delaysMs.length - 1)];
    if (delayMs === undefined) return;
    this.#timer = setTimeout(() => {
      if (this.#socket.closed) return;
      this.#sent++;
      this.#socket.write(formatProbe());
      this.#schedule();
    }, delayMs);
  }
}
