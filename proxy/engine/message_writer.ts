/**
 * Writes a message in as few writes as there are events: a head with the body that is already there,
 * a chunk for everything that arrived together.
 *
 * The rule: between two flushes nothing is sent, and after each one the stream stands at the end of
 * a chunk, so that a chunked body can be ended there.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { BodySink, Trailers } from "./body_reader.ts";
import { Field } from "./field_names.ts";
import { type HeadBuilder, omissionTable } from "./head_builder.ts";
import type { Socket } from "./socket.ts";

/** Up to this size, parts are copied into one buffer: cheaper than another system call. */
const MERGE_BYTES = 64 * 1024;
/** Up to this size, a body that came with its head is copied behind it. */
const JOINED_BYTES = 16 * 1024;
const CRLF = Buffer.from("\r\n", "latin1");

/** Fields that a trailer section must not hold (RFC 9110, 6.5.1): framing, routing, this hop. */
const OMITTED_TRAILERS = omissionTable([
  Field.connection,
  Field.keepAlive,
  Field.transferEncoding,
  Field.upgrade,
  Field.hopByHop,
  Field.contentLength,
  Field.misspeltFraming,
  Field.host,
  Field.contentType,
  Field.expect,
  Field.forwarded,
  Field.forwardedFor,
  Field.forwardedHost,
  Field.forwardedProto,
]);

/** Collects one message's parts and sends them. */
export class MessageWriter implements BodySink {
  #parts: Buffer[] | undefined;
  /** The first part; most messages have no other, or one. */
  #first: Buffer | undefined;
  #bytes = 0;
  #pieces: Buffer[] | undefined;
  #pieceBytes = 0;
  /** Holds the head, and what of the body came with it. */
  #builder: HeadBuilder | undefined;
  /** Whether body pieces become chunks. */
  chunked = false;

  /** Adds octets that are sent as they are. */
  raw(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#first === undefined) this.#first = bytes;
    else if (this.#parts === undefined) this.#parts = [this.#first, bytes];
    else this.#parts.push(bytes);
  }

  /**
   * Adds the head that `builder` has collected, which nobody may use until the next flush: it comes
   * at the end of the same event.
   */
  head(builder: HeadBuilder): void {
    if (this.#first === undefined && !this.chunked) this.#builder = builder;
    else this.raw(builder.take());
  }

  /** Adds a piece of the body. */
  body(bytes: Buffer, start: number, end: number): void {
    if (this.#builder !== undefined) {
      if (end - start <= JOINED_BYTES) return void this.#builder.run(bytes, start, end);
      this.#takeHead();
    }
    const piece = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    if (!this.chunked) return this.raw(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieces === undefined) this.#pieces = [piece];
    else this.#pieces.push(piece);
  }

  /** Ends the body; a chunked one with its last chunk and the trailers that may be sent on. */
  finish(trailers: Trailers | undefined, builder: HeadBuilder): void {
    if (!this.chunked) return;
    this.#closeChunk();
    builder.start().text("0\r\n");
    if (trailers !== undefined) {
      builder.fields(trailers.bytes, trailers.parser, { fields: OMITTED_TRAILERS, names: [] });
    }
    this.raw(builder.text("\r\n").take());
  }

  /** Sends what was collected; false where the caller should wait for the socket to drain. */
  flush(socket: Socket): boolean {
    const builder = this.#builder;
    if (builder !== undefined) {
      this.#builder = undefined;
      return builder.send(socket);
    }
    this.#closeChunk();
    const first = this.#first;
    if (first === undefined) return true;
    const parts = this.#parts;
    const bytes = this.#bytes;
    this.#first = undefined;
    this.#parts = undefined;
    this.#bytes = 0;
    if (parts === undefined) return socket.write(first);
    if (bytes <= MERGE_BYTES) return socket.write(Buffer.concat(parts, bytes));
    let ready = true;
    for (const part of parts) ready = socket.write(part);
    return ready;
  }

  #takeHead(): void {
    const builder = this.#builder;
    this.#builder = undefined;
    if (builder !== undefined) this.raw(builder.take());
  }

  #closeChunk(): void {
    const pieces = this.#pieces;
    if (pieces === undefined) return;
    this.raw(Buffer.from(`${this.#pieceBytes.toString(16)}\r\n`, "latin1"));
    for (const piece of pieces) this.raw(piece);
    this.raw(CRLF);
    this.#pieces = undefined;
    this.#pieceBytes = 0;
  }
}
