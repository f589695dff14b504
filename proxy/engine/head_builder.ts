/**
 * Puts a head together out of runs of another head's octets and new lines.
 *
 * The rule: one builder makes one head at a time, synchronously, from an empty start; what it returns is
 * a copy.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { KEEP_ALIVE } from "./connection_field.ts";
import { ESSENTIAL } from "./field_names.ts";
import type { HeadParser } from "./head_parser.ts";
import type { Socket } from "./socket.ts";

/** What is left out of a head that is sent on. */
export interface Omissions {
  /** Field numbers, by index 1. */
  readonly fields: Uint8Array;
  /** Names that `Connection` lists, in lower case. */
  readonly names: readonly string[];
}

/** Room for a whole head and what is added to it; it grows where that is not enough. */
const FIRST_CAPACITY_BYTES = 16 * 1024;

const NO_NAMES: readonly string[] = [];

/** Up to this length octets are copied one by one. */
const LOOPED_BYTES = 64;

/** Collects a head. */
export class HeadBuilder {
  #room = Buffer.allocUnsafeSlow(FIRST_CAPACITY_BYTES);
  #length = 0;

  /** Begins a head: of one that was built and never sent, because its body was refused, nothing stays. */
  start(): this {
    this.#length = 0;
    return this;
  }

  /** Adds `bytes` from `start` to `end`. */
  run(bytes: Buffer, start: number, end: number): this {
    this.#reserve(end - start);
    const room = this.#room;
    let length = this.#length;
    // Calls into the runtime cost more than a few octets do.
    if (end - start > LOOPED_BYTES) {
      bytes.copy(room, length, start, end);
      length += end - start;
    } else {
      for (let at = start; at < end; at++) room[length++] = bytes[at]!;
    }
    this.#length = length;
    return this;
  }

  /** Adds `text`, whose characters are octets. */
  text(text: string): this {
    this.#reserve(text.length);
    const room = this.#room;
    let length = this.#length;
    for (let at = 0; at < text.length; at++) room[length++] = text.charCodeAt(at);
    this.#length = length;
    return this;
  }

  /** Adds the digits of a number from 0 up to `Number.MAX_SAFE_INTEGER`, without a fraction. */
  decimal(value: number): this {
    if (value < 10_000_000) return this.text(String(Math.floor(value)));
    // In two halves, each of which is an integer that divides fast.
    const high = Math.floor(value / 10_000_000);
    this.decimal(high);
    this.#reserve(7);
    let low = value - high * 10_000_000;
    for (let at = this.#length + 6; at >= this.#length; at--) {
      const rest = Math.floor(low / 10);
      this.#room[at] = 0x30 + low - rest * 10;
      low = rest;
    }
    this.#length += 7;
    return this;
  }

  /** Adds all fields but the omitted ones, in their order, with as few copies as there are gaps. */
  fields(bytes: Buffer, parser: HeadParser, omit: Omissions): this {
    // The one field of that name is known by its number.
    const names = omit.names === KEEP_ALIVE ? NO_NAMES : omit.names;
    let runStart = -1;
    for (let index = 0; index < parser.count; index++) {
      const start = parser.offsets[index * 4]!;
      const field = parser.fields[index]!;
      const isOmitted = omit.fields[field] === 1 ||
        (names.length > 0 && isListed(parser.nameOf(bytes, index), field, names));
      if (!isOmitted) {
        if (runStart === -1) runStart = start;
        continue;
      }
      if (runStart !== -1) this.run(bytes, runStart, start);
      runStart = -1;
    }
    if (runStart !== -1) this.run(bytes, runStart, parser.lineEnd(parser.count - 1));
    return this;
  }

  /**
   * Sends what was collected; the builder is empty afterwards.
   *
   * @returns False where the caller should wait for the socket to drain.
   */
  send(socket: Socket): boolean {
    const length = this.#length;
    this.#length = 0;
    return socket.writeCopy(this.#room, length);
  }

  /** The head so far; the builder is empty afterwards. */
  take(): Buffer {
    const head = Buffer.allocUnsafe(this.#length);
    this.#room.copy(head, 0, 0, this.#length);
    this.#length = 0;
    return head;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#room.length) return;
    const larger = Buffer.allocUnsafeSlow(needed * 2);
    this.#room.copy(larger, 0, 0, this.#length);
    this.#room = larger;
  }
}

/** Whether `Connection` lists a field that may be left out. */
function isListed(name: string, field: number, names: readonly string[]): boolean {
  return !ESSENTIAL.has(field) && names.includes(name.toLowerCase());
}

/** A table for {@linkcode Omissions.fields}. */
export function omissionTable(fields: readonly number[]): Uint8Array {
  const table = new Uint8Array(32);
  for (const field of fields) table[field] = 1;
  return table;
}
