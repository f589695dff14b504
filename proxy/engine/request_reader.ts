/**
 * Finds the next request in what a client has sent.
 *
 * The rule: octets wait here, in their order, until somebody takes them; nothing is read twice.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { EngineContext } from "./engine_context.ts";
import type { RequestSource } from "./forward_request.ts";
import type { HeadParser } from "./head_parser.ts";
import { MessageFault } from "./message_fault.ts";
import { CR, LF, startsWith } from "./octets.ts";
import { readRequestHead } from "./request_head.ts";

/** The reader of one client. */
export class RequestReader {
  readonly #context: EngineContext;
  #waiting: Buffer | undefined;
  #parser: HeadParser | undefined;
  #hasSkippedLine = false;
  #count = 0;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Whether the connection has had all the requests that it may have. */
  get isUsedUp(): boolean {
    return this.#count >= this.#context.settings.maxConnectionRequests;
  }

  /** Octets that nobody took yet. */
  get waitingBytes(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Whether what waits begins a HEAD, valid or not. */
  get isHead(): boolean {
    return this.#waiting !== undefined && startsWith(this.#waiting, 0, "HEAD ");
  }

  /** Adds what arrived. */
  push(bytes: Buffer): void {
    this.#waiting = this.#waiting === undefined ? bytes : Buffer.concat([this.#waiting, bytes]);
  }

  /** Takes all that waits. */
  take(): Buffer | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  /**
   * Reads the next head; `done` must be called after it was used, and before anything else.
   *
   * @returns Undefined where it is not complete.
   * @throws {MessageFault} Where it is not valid.
   */
  read(): RequestSource | undefined {
    const fresh = this.#parser === undefined;
    if (fresh && !this.#skipEmptyLine()) return undefined;
    const bytes = this.#waiting;
    if (bytes === undefined) return undefined;
    const parser = this.#parser ??= this.#context.takeParser();
    const progress = parser.parse(bytes);
    if (progress === "more") return undefined;
    if (progress === "fault") throw new MessageFault(parser.fault.status, parser.fault.reason);
    const request = readRequestHead(bytes, parser, this.#context.headReading);
    this.#count++;
    if (this.isUsedUp) this.#context.traffic.usedUp++;
    return { bytes, parser, request };
  }

  /** The head that `read` gave was used; what follows it waits. */
  done(): void {
    const parser = this.#parser!;
    const bytes = this.#waiting!;
    this.#waiting = parser.length < bytes.length ? bytes.subarray(parser.length) : undefined;
    this.#hasSkippedLine = false;
    this.release();
  }

  /** Nothing more is read. */
  discard(): void {
    this.release();
    this.#waiting = undefined;
  }

  /** Gives the parser back. */
  release(): void {
    if (this.#parser !== undefined) this.#context.returnParser(this.#parser);
    this.#parser = undefined;
  }

  /** RFC 9112, 2.2: one empty line before a request is no part of it. False: wait for its LF. */
  #skipEmptyLine(): boolean {
    const bytes = this.#waiting;
    if (bytes === undefined || bytes[0] !== CR || this.#hasSkippedLine) return true;
    if (bytes.length === 1) return false;
    if (bytes[1] !== LF) return true;
    this.#hasSkippedLine = true;
    this.#waiting = bytes.length === 2 ? undefined : bytes.subarray(2);
    return true;
  }
}
