/**
 * Carries an upstream's answer to the client: interim heads, the final head, the body, its end.
 *
 * The rule: it sends only what was read and found valid, and it knows at every moment whether the
 * client has got a part of an answer.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { AnswerReader } from "./answer_reader.ts";
import { type BodyReader, createBodyReader } from "./body_reader.ts";
import { joinValues, splitList } from "./connection_field.ts";
import type { EngineContext } from "./engine_context.ts";
import { Field } from "./field_names.ts";
import {
  buildClientHead,
  buildInterimHead,
  buildUpgradeHead,
  chooseClientFraming,
  type ResponseSource,
} from "./forward_response.ts";
import { MessageFault } from "./message_fault.ts";
import { MessageWriter } from "./message_writer.ts";
import type { RequestHead } from "./request_head.ts";
import type { ResponseHead } from "./response_head.ts";
import type { Socket } from "./socket.ts";

/** What an answer needs to know, and whom it tells. */
export interface AnswerEvents {
  /** Whether the client's connection may go on after the answer; asked when the head is made. */
  mayKeepAlive(): boolean;
  /** A 100 is about to be sent. */
  continued(): void;
  /** The final head is about to be sent. */
  began(response: ResponseHead): void;
  /** All of it was sent; `excess`: the upstream sent more, so its connection cannot be trusted. */
  done(excess: boolean): void;
  /** The answer was a 101; `rest` is what came behind it. */
  upgraded(rest: Buffer | undefined): void;
  /** The client takes no more for now. */
  blocked(): void;
}

/** The answer to one request. */
export class Answer {
  readonly #context: EngineContext;
  readonly #request: RequestHead;
  readonly #client: Socket;
  readonly #events: AnswerEvents;
  readonly #writer = new MessageWriter();
  #reader: AnswerReader | undefined;
  #body: BodyReader | undefined;
  #isOver = false;
  /** The final head, once it was read. */
  response: ResponseHead | undefined;
  /** Whether the client's connection goes on after the answer, as its head said. */
  keepAlive = false;
  /** Whether the upstream has said anything. */
  isTouched = false;

  constructor(
    context: EngineContext,
    client: { readonly socket: Socket; readonly request: RequestHead },
    events: AnswerEvents,
  ) {
    this.#context = context;
    this.#request = client.request;
    this.#client = client.socket;
    this.#events = events;
  }

  /** Whether the upstream's closing is the proper end of the body. */
  get endsWithClose(): boolean {
    return this.response?.framing.kind === "close";
  }

  /**
   * Takes what the upstream sent.
   *
   * @throws {MessageFault} Where it is not a valid answer.
   */
  push(bytes: Buffer): void {
    this.isTouched = true;
    if (this.#body !== undefined) return this.#readBody(bytes, 0);
    this.#reader ??= new AnswerReader(this.#context, this.#request);
    let from = this.#reader.push(bytes);
    while (from !== undefined) {
      const source = this.#reader.source;
      if (source.response.status >= 200) return this.#finalHead(source, from);
      if (source.response.status === 101) return this.#upgrade(source, from);
      this.#interim(source);
      from = this.#reader.next(from);
    }
  }

  /** Ends the body here, between two pieces, as if the upstream had ended it. */
  finish(): void {
    this.#writer.finish(this.#body?.trailers, this.#context.builder);
    this.#writer.flush(this.#client);
  }

  /** Nothing is sent from now on. */
  release(): void {
    this.#isOver = true;
    this.#reader?.release();
    this.#reader = undefined;
  }

  /** RFC 9110, 15.2: forwarded, but not to a client of HTTP/1.0. */
  #interim(source: ResponseSource): void {
    if (this.#request.minor === 0) return;
    if (source.response.status === 100) this.#events.continued();
    this.#writer.raw(buildInterimHead(source, this.#context.builder));
    this.#flush();
  }

  #finalHead(source: ResponseSource, from: number): void {
    const { response, bytes } = source;
    const { minor } = this.#request;
    const framing = chooseClientFraming(response, minor);
    this.response = response;
    this.keepAlive = this.#request.keepAlive && framing !== "until close" &&
      this.#events.mayKeepAlive();
    const target = { minor, keepAlive: this.keepAlive, wallNow: this.#context.wallNow };
    this.#writer.chunked = framing === "chunked";
    this.#writer.head(buildClientHead(source, target, this.#context.builder));
    this.#body = createBodyReader(response.framing);
    this.#reader?.release();
    this.#reader = undefined;
    this.#events.began(response);
    this.#readBody(bytes, from);
  }

  #readBody(bytes: Buffer, from: number): void {
    const body = this.#body!;
    const end = body.read(bytes, from, this.#writer);
    if (!body.done) return this.#flush();
    this.finish();
    this.#events.done(end < bytes.length);
  }

  #upgrade(source: ResponseSource, from: number): void {
    const chosen = splitList(joinValues(source.bytes, source.parser, Field.upgrade));
    const offered = splitList(this.#request.upgrade ?? "");
    // RFC 9110, 7.8: a server names the protocol, and only one that it was asked for.
    if (chosen.length === 0 || !chosen.every((name) => offered.includes(name))) {
      throw new MessageFault(502, "101 without a request for it");
    }
    const rest = from < source.bytes.length ? source.bytes.subarray(from) : undefined;
    this.#client.write(buildUpgradeHead(source, this.#context.builder));
    this.#events.upgraded(rest);
  }

  #flush(): void {
    if (!this.#writer.flush(this.#client) && !this.#isOver) this.#events.blocked();
  }
}
