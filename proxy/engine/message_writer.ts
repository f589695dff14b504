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
import { MERGE_BYTES, mergeParts } from "./merge_parts.ts";
import type { Socket } from "./socket.ts";

/** Up to this size, a body that came with its head is copied behind it. */
const JOINED_BYTES = 16 * 1024;
/** From this many parts on, short pieces of a body are gathered: an object for each costs far more. */
const MANY_PARTS = 16;
/** What a short piece is. */
const SHORT_BYTES = 1024;
const GATHERED_BYTES = 16 * 1024;
const CRLF = Buffer.from("\r\n", "latin1");
const EMPTY = Buffer.alloc(0);

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
  /** Which part the line with the size of the open chunk becomes; none: no chunk is open. */
  #sizeAt: number | undefined;
  #chunkBytes = 0;
  /** Short pieces that came one after the other; the next part, once it is closed. */
  #gathered: Buffer | undefined;
  #gatheredBytes = 0;
  /** Holds the head, and what of the body came with it. */
  #builder: HeadBuilder | undefined;
  /** Whether body pieces become chunks. */
  chunked = false;

  /** Adds octets that are sent as they are. */
  raw(bytes: Buffer): void {
    if (this.#gathered !== undefined) this.#closeGathered();
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
    if (this.chunked) {
      if (this.#sizeAt === undefined) this.#openChunk();
      this.#chunkBytes += end - start;
    }
    if (end - start <= SHORT_BYTES && (this.#parts?.length ?? 0) >= MANY_PARTS) {
      return this.#gather(bytes, start, end);
    }
    this.raw(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
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
    if (this.#gathered !== undefined) this.#closeGathered();
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
    for (const part of mergeParts(parts)) ready = socket.write(part);
    return ready;
  }

  #takeHead(): void {
    const builder = this.#builder;
    this.#builder = undefined;
    if (builder !== undefined) this.raw(builder.take());
  }

  #openChunk(): void {
    if (this.#gathered !== undefined) this.#closeGathered();
    this.#sizeAt = this.#parts?.length ?? (this.#first === undefined ? 0 : 1);
    this.raw(EMPTY);
  }

  #closeChunk(): void {
    if (this.#sizeAt === undefined) return;
    this.raw(CRLF);
    const line = Buffer.from(`${this.#chunkBytes.toString(16)}\r\n`, "latin1");
    this.#parts![this.#sizeAt] = line;
    this.#bytes += line.length;
    this.#sizeAt = undefined;
    this.#chunkBytes = 0;
  }

  #gather(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.#gathered !== undefined && this.#gatheredBytes + length > GATHERED_BYTES) {
      this.#closeGathered();
    }
    const gathered = this.#gathered ??= Buffer.allocUnsafeSlow(GATHERED_BYTES);
    let to = this.#gatheredBytes;
    // Mostly a few octets: a call into the runtime costs more than they do.
    for (let at = start; at < end; at++) gathered[to++] = bytes[at]!;
    this.#gatheredBytes = to;
  }

  #closeGathered(): void {
    const gathered = this.#gathered!.subarray(0, this.#gatheredBytes);
    this.#gathered = undefined;
    this.#gatheredBytes = 0;
    this.raw(gathered);
  }
}
