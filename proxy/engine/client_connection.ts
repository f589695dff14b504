/**
 * One connection of a client: reads its requests, one after the other, and has each answered.
 *
 * The rule: there is at most one exchange at a time; what a client sends ahead waits, bounded.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { AccessEntry } from "./access_log.ts";
import { ClientFlow } from "./client_flow.ts";
import type { ClientOrigin, EngineContext } from "./engine_context.ts";
import { Exchange } from "./exchange.ts";
import type { ExchangeClient } from "./exchange_client.ts";
import { MessageFault } from "./message_fault.ts";
import { formatOwnAnswer } from "./own_answer.ts";
import { openTunnel } from "./open_tunnel.ts";
import { PhaseClock } from "./phase_clock.ts";
import { type PreparedRequest, prepareRequest } from "./prepare_request.ts";
import { PART_OF_HEAD, refusalOf, SLOW_BODY, SLOW_HEAD } from "./refusal.ts";
import { RequestReader } from "./request_reader.ts";
import type { Socket, SocketHandler } from "./socket.ts";

/** A client's connection. */
export class ClientConnection implements SocketHandler, ExchangeClient {
  readonly socket: Socket;
  readonly flow: ClientFlow;
  readonly #context: EngineContext;
  readonly #origin: ClientOrigin;
  readonly #reader: RequestReader;
  readonly #clock: PhaseClock;
  #exchange: Exchange | undefined;
  #request: PreparedRequest | undefined;
  /** The line of the request that is being answered; none where nothing is logged. */
  #entry: AccessEntry | undefined;
  #answerBegan = false;
  #isHalfClosed = false;
  #isReading = false;

  constructor(context: EngineContext, socket: Socket, origin: ClientOrigin) {
    this.#context = context;
    this.#origin = origin;
    this.#reader = new RequestReader(context);
    this.#clock = new PhaseClock(context);
    this.flow = new ClientFlow(context, socket, this.#clock);
    this.socket = socket;
    socket.handler = this;
  }

  get mayKeepAlive(): boolean {
    return !this.#context.isRetiring && !this.#reader.isUsedUp;
  }

  /** Closes at once; under an answer so that the client sees that it was cut. */
  destroy(): void {
    if (this.#exchange === undefined) return this.socket.destroy();
    this.#exchange.cut();
  }

  /** Looks at the times that have passed. */
  sweep(nowMs: number): void {
    if (this.#clock.phase === "exchange") return this.#sweepExchange(nowMs);
    if (this.#clock.phase === "flushing") {
      if (this.flow.isStalled(nowMs)) this.socket.reset();
      return;
    }
    if (!this.#clock.isDue(nowMs)) return;
    if (this.#clock.phase === "head") return this.#refuse(SLOW_HEAD);
    if (this.#clock.phase !== "between") return this.socket.destroy();
    this.#context.traffic.idled++;
    this.#linger();
  }

  onData(bytes: Buffer): void {
    if (this.#clock.phase === "lingering") return this.#clock.progress();
    if (this.#clock.isEnding) return;
    if (this.#clock.phase === "exchange") {
      this.#clock.progress();
      if (this.#exchange?.wantsBody === true) return this.#takeBody(bytes);
    }
    this.#reader.push(bytes);
    this.#readRequests();
    if (this.#reader.waitingBytes > this.#context.settings.maxWaitingBytes) this.flow.pause();
  }

  onDrain(): void {
    if (this.#exchange !== undefined) return this.#exchange.clientDrained();
    this.flow.resume();
    this.#readRequests();
  }

  /** A FIN: no more requests; the ones that are complete still get their answers. */
  onEnd(): void {
    this.#isHalfClosed = true;
    if (this.#clock.phase === "between") return this.#readRequests();
    if (this.#clock.phase === "head") return this.#refuse(PART_OF_HEAD);
    // What waits for the upstream's connection may be the whole rest of the request.
    if (this.#clock.phase === "exchange" && !this.#isBodyWaiting()) this.#endRequest();
  }

  onClose(): void {
    this.#exchange?.abort();
    this.#exchange = undefined;
    this.flow.stopProbing();
    this.#reader.release();
    this.#log("the client closed the connection");
    this.#origin.closed();
  }

  bodyWanted(): void {
    this.flow.resume();
    const waiting = this.#reader.take();
    if (waiting !== undefined) this.#takeBody(waiting);
    if (this.#isHalfClosed) this.#endRequest();
  }

  answerBegan(status: number): void {
    this.#answerBegan = true;
    if (this.#entry !== undefined) this.#entry.status = status;
    this.flow.stopProbing();
  }

  answerError(status: number): void {
    const keepAlive = this.#request!.head.keepAlive && this.mayKeepAlive &&
      this.#isRequestComplete();
    this.#write(status, { isHead: this.#request!.head.isHead, keepAlive });
    this.finished(keepAlive);
  }

  finished(keepAlive: boolean, nowMs?: number): void {
    this.#exchange = undefined;
    this.#request = undefined;
    this.flow.stopProbing();
    this.#log();
    if (!keepAlive) return this.#linger();
    this.#clock.enter("between", nowMs);
    this.flow.resume();
    this.#readRequests();
  }

  cut(reason = "cut"): void {
    this.#exchange = undefined;
    this.#log(reason);
    this.socket.reset();
  }

  upgraded(upstream: Socket, fromUpstream: Buffer | undefined): void {
    const tunnel = openTunnel(this.#request!, {
      client: this.socket,
      upstream,
      closeMs: this.#context.settings.streamCloseMs,
      closed: () => {
        this.#log();
        this.#origin.closed();
      },
    });
    this.#clock.enter("tunnel");
    this.#exchange = undefined;
    tunnel.start(this.#reader.take(), fromUpstream);
    if (this.#isHalfClosed) this.socket.handler.onEnd();
  }

  #isBodyWaiting(): boolean {
    return !this.#isRequestComplete() && this.#exchange?.wantsBody === false;
  }

  /** After a FIN: a whole request still gets its answer, a part of one is of no use. */
  #endRequest(): void {
    if (this.#isRequestComplete()) this.#startProbe();
    else this.destroy();
  }

  #isRequestComplete(): boolean {
    return this.#exchange === undefined || this.#exchange.requestDone;
  }

  /** Reads requests until one is being answered, no whole head waits, or the client takes nothing. */
  #readRequests(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#clock.isReading && !this.socket.isFull && this.#readRequest());
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error;
      this.#refuse(error);
    } finally {
      this.#isReading = false;
    }
    if (this.#isHalfClosed && this.#clock.isReading && !this.socket.isFull) this.#linger();
  }

  #readRequest(): boolean {
    if (this.#reader.waitingBytes === 0) return false;
    const nowMs = this.#context.now();
    if (this.#clock.phase === "between") this.#clock.enter("head", nowMs);
    const source = this.#reader.read();
    if (source === undefined) return false;
    const { remoteAddress } = this.socket;
    const { scheme } = this.#origin;
    const entry = this.#entry = this.#context.accessLog?.begin(this.socket, source);
    const origin = { remoteAddress, scheme, entry, nowMs };
    const prepared = prepareRequest(source, this.#context, origin);
    this.#reader.done();
    this.#clock.enter("exchange", nowMs);
    this.#answerBegan = false;
    if (typeof prepared === "number") this.#answerUntaken(source.request, prepared);
    else this.#begin(prepared);
    return true;
  }

  #begin(prepared: PreparedRequest): void {
    this.#request = prepared;
    this.#exchange = new Exchange(this.#context, prepared, this);
    this.#exchange.start();
    if (this.#isHalfClosed && !this.#isBodyWaiting()) this.#endRequest();
  }

  /** The body of a request that nobody takes is not read: the connection ends with the answer. */
  #answerUntaken(head: PreparedRequest["head"], status: 404 | 413): void {
    const keepAlive = head.keepAlive && this.mayKeepAlive && head.framing.kind === "none";
    this.#write(status, { isHead: head.isHead, keepAlive });
    this.finished(keepAlive);
  }

  #takeBody(bytes: Buffer): void {
    try {
      const end = this.#exchange!.takeBody(bytes);
      if (end < bytes.length) this.#reader.push(bytes.subarray(end));
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error;
      this.#failBody(error);
    }
  }

  /** The body cannot be read to its end: the upstream's request is cut, the client is told. */
  #failBody(fault: MessageFault): void {
    this.#exchange?.abort();
    if (!this.#answerBegan) {
      this.#exchange = undefined;
      return this.#refuse(fault);
    }
    this.#context.traffic.refuse(refusalOf(fault));
    this.cut(fault.message);
  }

  #sweepExchange(nowMs: number): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    const isLate = this.#clock.ageMs(nowMs) >= exchange.bodyLimitMs;
    if (isLate && !this.flow.isPaused) return this.#failBody(SLOW_BODY);
    if (this.flow.isStalled(nowMs)) {
      return exchange.cut("the client took nothing of the answer");
    }
    exchange.sweep(nowMs);
  }

  /** RFC 9110, 15.2: an interim answer is for HTTP/1.1, and comes before the final one. */
  #startProbe(): void {
    const mayProbe = !this.#answerBegan && this.#request?.head.minor === 1;
    if (this.#exchange !== undefined && mayProbe) this.flow.startProbe();
  }

  #refuse(fault: MessageFault): void {
    this.#context.traffic.refuse(refusalOf(fault));
    this.#entry ??= this.#context.accessLog?.begin(this.socket);
    // RFC 9110, 9.3.2: the answer to a HEAD has no content, even if the rest of it was not valid.
    const { isHead } = this.#clock.phase === "exchange" ? this.#request!.head : this.#reader;
    this.#write(fault.status, { isHead, keepAlive: false });
    this.#log(fault.message);
    this.#linger();
  }

  #log(reason?: string): void {
    this.#entry?.end(reason);
    this.#entry = undefined;
  }

  #write(status: number, how: { readonly isHead: boolean; readonly keepAlive: boolean }): void {
    if (this.#entry !== undefined) this.#entry.status = status;
    const wallMs = this.#context.now() + this.#context.wallOffsetMs;
    this.socket.write(formatOwnAnswer({ status, wallMs, ...how }));
  }

  /**
   * RFC 9112, 9.6: closes for sending and goes on reading, because closing for both would reset the
   * connection under an answer that the client has not read yet.
   */
  #linger(): void {
    this.#clock.enter("flushing");
    this.#reader.discard();
    this.flow.resume();
    this.socket.end(() => this.#clock.enter("lingering"));
  }
}
