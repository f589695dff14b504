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
import type { Trailers } from "./body_reader.ts";
import { Field } from "./field_names.ts";
import { type HeadBuilder, omissionTable } from "./head_builder.ts";
import type { Socket } from "./socket.ts";

/** Up to this size, parts are copied into one buffer: cheaper than another system call. */
const MERGE_BYTES = 64 * 1024;
const CRLF = Buffer.from("\r\n", "latin1");

/** Fields that a trailer section must not hold (RFC 9110, 6.5.1): framing, routing, this hop. */
const OMITTED_TRAILERS = omissionTable([
  Field.connection,
  Field.keepAlive,
  Field.transferEncoding,
  Field.upgrade,
  Field.hopByHop,
  Field.contentLength,
  Field.host,
  Field.contentType,
  Field.expect,
  Field.forwarded,
  Field.forwardedFor,
  Field.forwardedHost,
  Field.forwardedProto,
]);

/** Collects one message's parts and sends them. */
export class MessageWriter {
  #parts: Buffer[] = [];
  #pieces: Buffer[] = [];
  #bytes = 0;
  #pieceBytes = 0;
  /** Whether body pieces become chunks. */
  chunked = false;

  /** Adds octets that are sent as they are. */
  raw(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }

  /** Adds a piece of the body. */
  readonly body = (piece: Buffer): void => {
    if (!this.chunked) return this.raw(piece);
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
  };

  /** Ends the body; a chunked one with its last chunk and the trailers that may be sent on. */
  finish(trailers: Trailers | undefined, builder: HeadBuilder): void {
    if (!this.chunked) return;
    this.#closeChunk();
    builder.text("0\r\n");
    if (trailers !== undefined) {
      builder.fields(trailers.bytes, trailers.parser, { fields: OMITTED_TRAILERS, names: [] });
    }
    this.raw(builder.text("\r\n").take());
  }

  /** Sends what was collected; false where the caller should wait for the socket to drain. */
  flush(socket: Socket): boolean {
    this.#closeChunk();
    const parts = this.#parts;
    if (parts.length === 0) return true;
    const bytes = this.#bytes;
    this.#parts = [];
    this.#bytes = 0;
    if (parts.length === 1) return socket.write(parts[0]!);
    if (bytes <= MERGE_BYTES) return socket.write(Buffer.concat(parts, bytes));
    let ready = true;
    for (const part of parts) ready = socket.write(part);
    return ready;
  }

  #closeChunk(): void {
    if (this.#pieceBytes === 0) return;
    this.raw(Buffer.from(`${this.#pieceBytes.toString(16)}\r\n`, "latin1"));
    for (const piece of this.#pieces) this.raw(piece);
    this.raw(CRLF);
    this.#pieces = [];
    this.#pieceBytes = 0;
  }
}
