/**
 * Reads a body out of the octets that arrive, whatever its framing, without its framing.
 *
 * The rule: it takes what belongs to the message and not one octet more.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { BodyFraming } from "./body_framing.ts";
import { ChunkHeader } from "./chunk_header.ts";
import { HeadParser } from "./head_parser.ts";
import { MessageFault } from "./message_fault.ts";
import { CR, LF } from "./octets.ts";

/** Takes what a reader gives: pieces of the body in their order, never changed, never copied. */
export interface BodySink {
  /** The next piece is `bytes` from `start` to `end`. */
  body(bytes: Buffer, start: number, end: number): void;
}

/** Reads one body. */
export interface BodyReader {
  /** Whether the body is complete. */
  readonly done: boolean;
  /** Trailer fields of a chunked body, once it is done; undefined where there are none. */
  readonly trailers: Trailers | undefined;
  /**
   * Reads `bytes` from offset `from` on.
   *
   * @returns The offset behind what belongs to the body.
   * @throws {MessageFault} 400 where the framing is invalid.
   */
  read(bytes: Buffer, from: number, sink: BodySink): number;
}

/** A trailer section as it was read. */
export interface Trailers {
  readonly bytes: Buffer;
  readonly parser: HeadParser;
}

/**
 * Makes the reader for `framing`.
 *
 * @param maxBytes What the pieces of a chunked body may have in sum: a chunk that goes beyond it is a
 * {@linkcode MessageFault} of 413 as soon as its size is read. A length is known before.
 */
export function createBodyReader(framing: BodyFraming, maxBytes = Infinity): BodyReader {
  switch (framing.kind) {
    case "none":
      return EMPTY_BODY;
    case "length":
      return new LengthReader(framing.lengthBytes);
    case "close":
      return new LengthReader(Infinity);
    case "chunked":
      return new ChunkedReader(maxBytes);
  }
}

/** `bytes` from `start` to `end`, without a new view where that is all of it. */
function slice(bytes: Buffer, start: number, end: number): Buffer {
  return start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
}

class LengthReader implements BodyReader {
  #leftBytes: number;
  readonly trailers = undefined;

  constructor(lengthBytes: number) {
    this.#leftBytes = lengthBytes;
  }

  get done(): boolean {
    return this.#leftBytes === 0;
  }

  read(bytes: Buffer, from: number, sink: BodySink): number {
    const end = Math.min(bytes.length, from + this.#leftBytes);
    if (end === from) return from;
    this.#leftBytes -= end - from;
    sink.body(bytes, from, end);
    return end;
  }
}

/** The reader of every body that is none: it has nothing to remember. */
const EMPTY_BODY: BodyReader = new LengthReader(0);

/** Octets that a trailer section may take. */
const MAX_TRAILER_BYTES = 8 * 1024;
const EMPTY = Buffer.alloc(0);

/** RFC 9112, 7.1. */
class ChunkedReader implements BodyReader {
  readonly #header = new ChunkHeader();
  #state: "header" | "data" | "data CR" | "data LF" | "trailers" | "done" = "header";
  #allowedBytes: number;
  #leftBytes = 0;
  #trailerBytes: Buffer = EMPTY;
  #trailerParser: HeadParser | undefined;

  constructor(maxBytes: number) {
    this.#allowedBytes = maxBytes;
  }

  get done(): boolean {
    return this.#state === "done";
  }

  get trailers(): Trailers | undefined {
    const parser = this.#trailerParser;
    return parser === undefined || parser.count === 0
      ? undefined
      : { bytes: this.#trailerBytes, parser };
  }

  read(bytes: Buffer, from: number, sink: BodySink): number {
    let at = from;
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state === "data") at = this.#data(bytes, at, sink);
      else if (this.#state === "trailers") at = this.#trailerSection(bytes, at);
      else this.#octet(bytes[at++]!);
    }
    return at;
  }

  #data(bytes: Buffer, at: number, sink: BodySink): number {
    const end = Math.min(bytes.length, at + this.#leftBytes);
    this.#leftBytes -= end - at;
    if (this.#leftBytes === 0) this.#state = "data CR";
    sink.body(bytes, at, end);
    return end;
  }

  #octet(octet: number): void {
    if (this.#state === "header") return this.#headerOctet(octet);
    const expected = this.#state === "data CR" ? CR : LF;
    if (octet !== expected) throw new MessageFault(400, "chunk data without CRLF");
    if (expected === CR) {
      this.#state = "data LF";
      return;
    }
    this.#header.reset();
    this.#state = "header";
  }

  #headerOctet(octet: number): void {
    const progress = this.#header.push(octet);
    if (progress === "fault") throw new MessageFault(400, "invalid chunk size or extension");
    if (progress === "more") return;
    this.#leftBytes = this.#header.size;
    this.#allowedBytes -= this.#leftBytes;
    if (this.#allowedBytes < 0) throw new MessageFault(413, "body too large");
    this.#state = this.#leftBytes === 0 ? "trailers" : "data";
  }

  /** RFC 9112, 7.1.2: field lines like those of a head, up to an empty line. */
  #trailerSection(bytes: Buffer, at: number): number {
    if (this.#trailerParser === undefined && bytes[at] === CR && bytes[at + 1] === LF) {
      this.#state = "done";
      return at + 2;
    }
    this.#trailerParser ??= new HeadParser(TRAILER_LIMITS, { trailers: true });
    const before = this.#trailerBytes.length;
    const arrived = slice(bytes, at, bytes.length);
    this.#trailerBytes = before === 0 ? arrived : Buffer.concat([this.#trailerBytes, arrived]);
    const progress = this.#trailerParser.parse(this.#trailerBytes);
    if (progress === "fault") {
      throw new MessageFault(400, `trailers: ${this.#trailerParser.fault.reason}`);
    }
    if (progress === "more") return bytes.length;
    this.#state = "done";
    return at + this.#trailerParser.length - before;
  }
}

const TRAILER_LIMITS = {
  maxHeadBytes: MAX_TRAILER_BYTES,
  maxTargetBytes: 0,
  maxFields: 32,
} as const;
