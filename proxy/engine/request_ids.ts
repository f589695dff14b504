/**
 * Makes the ids that requests without an `X-Request-Id` are given: UUIDs of version 4 (RFC 9562, 5.4).
 *
 * The rule: ids are made many at a time, as octets; a text is made of one only where somebody reads it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { randomFillSync } from "node:crypto";

/** How many are made at once. */
const BATCH = 64;
const RANDOM_BYTES = 16;
/** Octets of an id. */
const LENGTH = 36;
const DIGITS = Buffer.from("0123456789abcdef", "latin1");
const HYPHEN = 0x2d;

/** One id: 36 octets, which nobody changes. */
export class RequestId {
  readonly bytes: Buffer;
  readonly start: number;

  constructor(bytes: Buffer, start: number) {
    this.bytes = bytes;
    this.start = start;
  }

  /** Offset behind the id. */
  get end(): number {
    return this.start + LENGTH;
  }

  toString(): string {
    return this.bytes.toString("latin1", this.start, this.end);
  }
}

/** A source of ids. */
export class RequestIds {
  readonly #random = new Uint8Array(BATCH * RANDOM_BYTES);
  /** A batch of its own for each filling: ids of former ones may still be in use. */
  #batch: Buffer = Buffer.alloc(0);
  #next = 0;

  /** The next id. */
  next(): RequestId {
    if (this.#next === this.#batch.length) this.#fill();
    const start = this.#next;
    this.#next += LENGTH;
    return new RequestId(this.#batch, start);
  }

  #fill(): void {
    randomFillSync(this.#random);
    this.#batch = Buffer.allocUnsafeSlow(BATCH * LENGTH);
    for (let index = 0; index < BATCH; index++) {
      writeId(this.#random, index * RANDOM_BYTES, { bytes: this.#batch, start: index * LENGTH });
    }
    this.#next = 0;
  }
}

interface Place {
  readonly bytes: Buffer;
  readonly start: number;
}

function writeId(random: Uint8Array, from: number, { bytes, start }: Place): void {
  let at = start;
  for (let index = 0; index < RANDOM_BYTES; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) bytes[at++] = HYPHEN;
    const octet = stamp(index, random[from + index]!);
    bytes[at++] = DIGITS[octet >> 4]!;
    bytes[at++] = DIGITS[octet & 15]!;
  }
}

/** RFC 9562, 4.1 and 4.2: the bits that tell the variant, and the version. */
function stamp(index: number, octet: number): number {
  if (index === 6) return (octet & 0x0f) | 0x40;
  if (index === 8) return (octet & 0x3f) | 0x80;
  return octet;
}
