/**
 * The WebSocket handshake and frames (RFC 6455), without fragments or extensions.
 *
 * Pure: bytes in, frames out. The app answers with it, and the load generator calls with it.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Names a message that is sent, or the end of the connection. */
export type Opcode = "text" | "close" | "ping" | "pong";

/** One frame. */
export interface Frame {
  readonly opcode: Opcode;
  readonly payload: Uint8Array;
}

const OPCODES: Readonly<Record<Opcode, number>> = { text: 1, close: 8, ping: 9, pong: 10 };

/** The `Sec-WebSocket-Accept` that answers a `Sec-WebSocket-Key` (RFC 6455, 4.2.2). */
export function acceptKey(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/**
 * A frame as it travels.
 *
 * @param mask Four bytes that a client must mix in, and a server must not.
 */
export function encodeFrame(opcode: Opcode, payload: Uint8Array, mask?: Uint8Array): Uint8Array {
  const long = payload.length > 125;
  if (payload.length > 0xffff) throw new RangeError("Cannot send frame: longer than 65,535 bytes");
  const header = [0x80 | OPCODES[opcode], (mask ? 0x80 : 0) | (long ? 126 : payload.length)];
  if (long) header.push(payload.length >> 8, payload.length & 0xff);
  if (mask) header.push(...mask);
  const frame = new Uint8Array(header.length + payload.length);
  frame.set(header);
  frame.set(mask ? mixed(payload, mask) : payload, header.length);
  return frame;
}

/** A close frame with its status code, such as 1001 (going away). */
export function encodeClose(code: number, mask?: Uint8Array): Uint8Array {
  return encodeFrame("close", new Uint8Array([code >> 8, code & 0xff]), mask);
}

/** The status code of a close frame; 1005 where it has none. */
export function closeCode(payload: Uint8Array): number {
  const [high, low] = payload;
  return high === undefined || low === undefined ? 1005 : high << 8 | low;
}

/**
 * Takes the first frame off `bytes`.
 *
 * @returns The frame and what follows it; nothing while it is incomplete.
 * @throws {RangeError} On an opcode or a length that is not spoken here.
 */
export function decodeFrame(
  bytes: Uint8Array,
): { readonly frame: Frame; readonly rest: Uint8Array } | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const masked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  if (short === 127) throw new RangeError("Cannot read frame: longer than 65,535 bytes");
  const lengthAt = short === 126 ? 4 : 2;
  if (bytes.length < lengthAt) return undefined;
  const length = short === 126 ? (bytes[2] ?? 0) << 8 | (bytes[3] ?? 0) : short;
  const start = lengthAt + (masked ? 4 : 0);
  if (bytes.length < start + length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return {
    frame: {
      opcode: opcodeOf(first),
      payload: masked ? mixed(payload, bytes.subarray(lengthAt, start)) : payload,
    },
    rest: bytes.subarray(start + length),
  };
}

function opcodeOf(first: number): Opcode {
  for (const [name, number] of Object.entries(OPCODES)) {
    if (first === (0x80 | number)) return name as Opcode;
  }
  throw new RangeError(`Cannot read frame: unknown first byte ${first}`);
}

function mixed(payload: Uint8Array, mask: Uint8Array): Uint8Array {
  return payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
}
