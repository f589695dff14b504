/**
 * A request's body on its way from the client to the upstream.
 *
 * The rule: what arrives is framed anew at once, and sent when there is somebody to send it to.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { RouteOptions } from "../api.ts";
import { type BodyReader, createBodyReader } from "./body_reader.ts";
import type { HeadBuilder } from "./head_builder.ts";
import { MessageWriter } from "./message_writer.ts";
import type { RequestHead } from "./request_head.ts";
import type { EngineSettings } from "./settings.ts";
import type { Socket } from "./socket.ts";
import { StallClock } from "./stall_clock.ts";

/** The body of one request. */
export class Upload {
  readonly #reader: BodyReader;
  readonly #writer = new MessageWriter();
  readonly #builder: HeadBuilder;
  /** Made at the first look: most bodies are over before it. */
  #stall: StallClock | undefined;
  /** Whether the client may still wait for a 100 before it sends anything (RFC 9110, 10.1.1). */
  isHeldBack: boolean;
  /**
   * Whether the client may be sent a 100 of the proxy's own: it asked for one, so it does not take that
   * for the answer, as some proxies do; and no proxy stands before it, behind which one client would
   * get another's answer.
   */
  readonly mayProbe: boolean;

  constructor(head: RequestHead, options: RouteOptions, builder: HeadBuilder) {
    this.#reader = createBodyReader(head.framing, options.maxBodyBytes);
    this.mayProbe = head.expectsContinue && !options.forwardHeaders;
    this.#writer.chunked = head.framing.kind === "chunked";
    this.#builder = builder;
    this.isHeldBack = head.expectsContinue;
  }

  /** Whether it was read to its end. */
  get done(): boolean {
    return this.#reader.done;
  }

  /**
   * Takes what the client sent.
   *
   * @returns The offset behind what belongs to the body.
   * @throws {MessageFault} Where its framing is invalid, or it is too long.
   */
  take(bytes: Buffer): number {
    this.isHeldBack = false;
    const end = this.#reader.read(bytes, 0, this.#writer);
    if (this.#reader.done) this.#writer.finish(this.#reader.trailers, this.#builder);
    return end;
  }

  /** Puts the request's head before what is taken from now on. */
  begin(head: Buffer): void {
    this.#writer.raw(head);
  }

  /** Sends what was taken; false where the upstream takes no more for now. */
  flush(upstream: Socket): boolean {
    return this.#writer.flush(upstream);
  }

  /** Whether the kernel has taken all of it: what waits would come before the next request. */
  isSent(upstream: Socket): boolean {
    return this.#reader.done && upstream.offer() === upstream.bytesWritten;
  }

  /**
   * Milliseconds for which the client may send nothing. One that is held back waits for the app, which
   * may need its time for a 100, or have answered without one.
   */
  limitMs({ bodyStallMs, requestStallMs }: EngineSettings, isAnswered: boolean): number {
    if (!this.isHeldBack) return bodyStallMs;
    return isAnswered ? Infinity : Math.max(bodyStallMs, requestStallMs);
  }

  /**
   * Milliseconds, at `nowMs`, for which the upstream, if there is one, has taken nothing of what was sent.
   *
   * @param answered The client, once it is sent the answer: an app may answer at length without reading.
   */
  stalledMs(nowMs: number, upstream: Socket | undefined, answered: Socket | undefined): number {
    if (upstream === undefined) return 0;
    this.#stall ??= new StallClock(upstream);
    return this.#stall.lookAt(nowMs, answered?.offer());
  }
}
