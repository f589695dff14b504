/**
 * Reads the heads of an upstream's answer, interim ones first, as their octets arrive.
 *
 * The rule: it holds a parser from the first octet until `release`, and no head is used after the next
 * one was asked for.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { EngineContext } from "./engine_context.ts";
import type { ResponseSource } from "./forward_response.ts";
import type { HeadParser } from "./head_parser.ts";
import { MessageFault } from "./message_fault.ts";
import { readResponseHead } from "./response_head.ts";

/** Interim answers to one request; more than this is an upstream gone wrong. */
const MAX_INTERIM = 64;

/** The reader of one exchange. */
export class AnswerReader {
  readonly #context: EngineContext;
  readonly #request: { readonly isHead: boolean };
  readonly #parser: HeadParser;
  #bytes: Buffer | undefined;
  #source: ResponseSource | undefined;
  #heads = 0;

  constructor(context: EngineContext, request: { readonly isHead: boolean }) {
    this.#context = context;
    this.#request = request;
    this.#parser = context.takeParser();
  }

  /** The head that was read last. */
  get source(): ResponseSource {
    return this.#source!;
  }

  /**
   * Takes octets as they arrive.
   *
   * @returns The offset in `source.bytes` behind the head, undefined where it is not complete yet.
   * @throws {MessageFault} Where it is not a valid head.
   */
  push(bytes: Buffer): number | undefined {
    this.#bytes = this.#bytes === undefined ? bytes : Buffer.concat([this.#bytes, bytes]);
    return this.#read();
  }

  /** Goes on behind an interim head that ended at `from`. */
  next(from: number): number | undefined {
    if (++this.#heads > MAX_INTERIM) throw new MessageFault(502, "too many interim answers");
    const rest = this.source.bytes.subarray(from);
    this.#parser.reset();
    this.#bytes = rest.length === 0 ? undefined : rest;
    return this.#bytes === undefined ? undefined : this.#read();
  }

  /** Gives the parser back. */
  release(): void {
    this.#context.returnParser(this.#parser);
  }

  #read(): number | undefined {
    const bytes = this.#bytes!;
    const progress = this.#parser.parse(bytes);
    if (progress === "fault") throw new MessageFault(502, this.#parser.fault.reason);
    if (progress === "more") return undefined;
    const response = readResponseHead(bytes, this.#parser, this.#request);
    this.#source = { bytes, parser: this.#parser, response };
    return this.#parser.length;
  }
}
