/**
 * How long one side has taken nothing of what is sent to it.
 *
 * The rule: whatever the kernel takes is progress, however little; where nothing waits, nothing stalls.
 *
 * @module
 */
import type { Socket } from "./socket.ts";

/** The clock of one socket; it goes by the looks that are taken at it. */
export class StallClock {
  readonly #socket: Socket;
  #progressBytes = -1;
  #sinceMs = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * Milliseconds, at `nowMs`, between the first look without progress and this one.
   *
   * @param otherBytes A count whose growth is progress, too.
   */
  lookAt(nowMs: number, otherBytes = 0): number {
    const takenBytes = this.#socket.offer();
    const progressBytes = takenBytes + otherBytes;
    if (progressBytes !== this.#progressBytes || takenBytes === this.#socket.bytesWritten) {
      this.#progressBytes = progressBytes;
      this.#sinceMs = nowMs;
    }
    return nowMs - this.#sinceMs;
  }
}
