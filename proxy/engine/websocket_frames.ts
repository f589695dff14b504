/**
 * Follows the frames of a WebSocket (RFC 6455, 5.2) to know where one ends and the next begins.
 *
 * The rule: it reads lengths alone and keeps nothing of the content.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** A close frame of a server that is going away: FIN, opcode 8, status 1001 (RFC 6455, 7.4.1). */
export const GOING_AWAY_FRAME: Buffer = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

const CLOSE_OPCODE = 8;

/** A cursor over the frames of one direction. */
export class WebSocketFrames {
  #headerBytes = 0;
  #lengthBytes = 0;
  #maskBytes = 0;
  #payloadBytes = 0;
  /** Whether a close frame has begun to pass. */
  closing = false;

  /** Whether the next octet begins a frame. */
  get atBoundary(): boolean {
    return this.#headerBytes === 0 && this.#payloadBytes === 0;
  }

  /** Follows all of `bytes`. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at = this.#advance(bytes, at);
  }

  /** Follows `bytes` to the end of the current frame; -1 where they do not reach it. */
  pushToBoundary(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      at = this.#advance(bytes, at);
      if (this.atBoundary) return at;
    }
    return -1;
  }

  #advance(bytes: Uint8Array, at: number): number {
    if (this.#payloadBytes > 0) {
      const passed = Math.min(this.#payloadBytes, bytes.length - at);
      this.#payloadBytes -= passed;
      return at + passed;
    }
    this.#header(bytes[at]!);
    return at + 1;
  }

  /** Two octets, then up to eight of length, then four of mask where the mask bit is set. */
  #header(octet: number): void {
    const index = this.#headerBytes++;
    if (index === 0) {
      if ((octet & 0x0f) === CLOSE_OPCODE) this.closing = true;
      return;
    }
    if (index === 1) {
      const length = octet & 0x7f;
      this.#maskBytes = (octet & 0x80) === 0 ? 0 : 4;
      this.#lengthBytes = length === 126 ? 2 : length === 127 ? 8 : 0;
      this.#pendingLength = this.#lengthBytes === 0 ? length : 0;
    } else if (index < 2 + this.#lengthBytes) {
      this.#pendingLength = this.#pendingLength * 256 + octet;
    }
    if (this.#headerBytes < 2 + this.#lengthBytes + this.#maskBytes) return;
    this.#payloadBytes = this.#pendingLength;
    this.#headerBytes = 0;
  }

  #pendingLength = 0;
}
