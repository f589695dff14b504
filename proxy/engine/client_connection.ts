/**
 * One connection of a client: reads its requests, one after the other, and has each answered.
 *
 * The rule: there is at most one exchange at a time; what a client sends ahead waits, bounded.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { EngineContext } from "./engine_context.ts";
import { Exchange, type ExchangeClient, type PreparedRequest } from "./exchange.ts";
import { HalfCloseProbe } from "./half_close_probe.ts";
import { MessageFault } from "./message_fault.ts";
import { formatOwnAnswer } from "./own_answer.ts";
import { prepareRequest } from "./prepare_request.ts";
import { RequestReader } from "./request_reader.ts";
import type { Socket, SocketHandler } from "./socket.ts";
import { Tunnel } from "./tunnel.ts";

/** What is known of a client before its first octet, and who is told of its end. */
export interface ClientOrigin {
  readonly scheme: "http" | "https";
  /** Called once, when the connection is closed. */
  readonly closed: (connection: ClientConnection) => void;
}

type Phase = "between" | "head" | "exchange" | "flushing" | "lingering" | "tunnel";

/** A client's connection. */
export class ClientConnection implements SocketHandler, ExchangeClient {
  readonly socket: Socket;
  readonly #context: EngineContext;
  readonly #origin: ClientOrigin;
  readonly #reader: RequestReader;
  #phase: Phase = "between";
  /** When the phase began, or last made progress. */
  #sinceMs: number;
  #exchange: Exchange | undefined;
  #request: PreparedRequest | undefined;
  #probe: HalfCloseProbe | undefined;
  #answerBegan = false;
  #isHalfClosed = false;
  #isPaused = false;
  #isReading = false;

  constructor(context: EngineContext, socket: Socket, origin: ClientOrigin) {
    this.#context = context;
    this.#origin = origin;
    this.#reader = new RequestReader(context);
    this.#sinceMs = context.now();
    this.socket = socket;
    socket.handler = this;
  }

  get mayKeepAlive(): boolean {
    return !this.#context.isRetiring;
  }

  /** Closes at once; under an answer so that the client sees that it was cut. */
  destroy(): void {
    if (this.#exchange === undefined) return this.socket.destroy();
    this.#exchange.abort();
    this.cut();
  }

  /** Looks at the times that have passed. */
  sweep(nowMs: number): void {
    const { settings, isRetiring } = this.#context;
    const ageMs = nowMs - this.#sinceMs;
    switch (this.#phase) {
      case "between":
        if (ageMs >= (isRetiring ? settings.retiringIdleMs : settings.clientIdleMs)) this.#linger();
        return;
      case "head":
        if (ageMs >= settings.headTimeoutMs) this.#refuse(408);
        return;
      case "exchange":
        return this.#sweepExchange(nowMs, ageMs);
      case "flushing":
        if (ageMs >= settings.answerStallMs) this.socket.destroy();
        return;
      case "lingering":
        if (ageMs >= settings.lingerMs) this.socket.destroy();
        return;
      case "tunnel":
        return;
    }
  }

  onData(bytes: Buffer): void {
    if (this.#phase === "flushing" || this.#phase === "lingering") return;
    if (this.#phase !== "exchange") {
      this.#reader.push(bytes);
      this.#readRequests();
      return;
    }
    this.#sinceMs = this.#context.now();
    if (this.#exchange?.wantsBody === true) return this.#takeBody(bytes);
    this.#reader.push(bytes);
    if (this.#reader.waitingBytes > this.#context.settings.maxWaitingBytes) this.pauseBody();
  }

  onDrain(): void {
    this.#exchange?.clientDrained();
  }

  /** A FIN: no more requests; the ones that are complete still get their answers. */
  onEnd(): void {
    this.#isHalfClosed = true;
    if (this.#phase === "between") return this.#linger();
    if (this.#phase === "head") return this.#refuse(400);
    // What waits for the upstream's connection may be the whole rest of the request.
    if (this.#phase === "exchange" && !this.#isBodyWaiting()) this.#endRequest();
  }

  onClose(): void {
    this.#exchange?.abort();
    this.#exchange = undefined;
    this.#probe?.stop();
    this.#reader.release();
    this.#origin.closed(this);
  }

  bodyWanted(): void {
    const waiting = this.#reader.take();
    if (waiting !== undefined) this.#takeBody(waiting);
    this.resumeBody();
    if (this.#isHalfClosed) this.#endRequest();
  }

  pauseBody(): void {
    this.#isPaused = true;
    this.socket.pause();
  }

  resumeBody(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#sinceMs = this.#context.now();
    this.socket.resume();
  }

  answerBegan(): void {
    this.#answerBegan = true;
    this.#probe?.stop();
  }

  answerError(status: number): void {
    const keepAlive = this.#request!.head.keepAlive && this.mayKeepAlive &&
      this.#isRequestComplete();
    this.#write(status, { isHead: this.#request!.head.isHead, keepAlive });
    this.finished(keepAlive);
  }

  finished(keepAlive: boolean): void {
    this.#exchange = undefined;
    this.#probe?.stop();
    if (!keepAlive) return this.#linger();
    this.#phase = "between";
    this.#sinceMs = this.#context.now();
    this.resumeBody();
    this.#readRequests();
  }

  cut(): void {
    this.#exchange = undefined;
    this.socket.reset();
  }

  upgraded(upstream: Socket, fromUpstream: Buffer | undefined): void {
    const { inFlight, head } = this.#request!;
    const isWebSocket = head.upgrade?.toLowerCase() === "websocket";
    const tunnel = new Tunnel(this.socket, upstream, {
      isWebSocket,
      closeMs: this.#context.settings.streamCloseMs,
      closed: () => {
        inFlight.end();
        this.#origin.closed(this);
      },
    });
    this.#phase = "tunnel";
    this.#exchange = undefined;
    inFlight.becomeStream(isWebSocket ? "websocket" : "stream", () => tunnel.close());
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

  /** Reads requests until one is being answered, or what waits is no whole head. */
  #readRequests(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isBetweenRequests() && this.#readRequest());
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error;
      this.#refuse(error.status);
    } finally {
      this.#isReading = false;
    }
    if (this.#isHalfClosed && this.#isBetweenRequests()) this.#linger();
  }

  #isBetweenRequests(): boolean {
    return this.#phase === "between" || this.#phase === "head";
  }

  #readRequest(): boolean {
    if (this.#reader.waitingBytes === 0) return false;
    if (this.#phase === "between") {
      this.#phase = "head";
      this.#sinceMs = this.#context.now();
    }
    const source = this.#reader.read();
    if (source === undefined) return false;
    const { remoteAddress } = this.socket;
    const { scheme } = this.#origin;
    const prepared = prepareRequest(source, this.#context, { remoteAddress, scheme });
    this.#reader.done();
    this.#phase = "exchange";
    this.#answerBegan = false;
    if (prepared === undefined) this.#answerUnrouted(source.request);
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
  #answerUnrouted(head: PreparedRequest["head"]): void {
    const keepAlive = head.keepAlive && this.mayKeepAlive && head.framing.kind === "none";
    this.#write(404, { isHead: head.isHead, keepAlive });
    this.finished(keepAlive);
  }

  #takeBody(bytes: Buffer): void {
    try {
      const end = this.#exchange!.takeBody(bytes);
      if (end < bytes.length) this.#reader.push(bytes.subarray(end));
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error;
      this.#failBody(error.status);
    }
  }

  /** The body cannot be read to its end: the upstream's request is cut, the client is told. */
  #failBody(status: number): void {
    this.#exchange?.abort();
    if (this.#answerBegan) return this.cut();
    this.#exchange = undefined;
    this.#refuse(status);
  }

  #sweepExchange(nowMs: number, ageMs: number): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    const isStalled = exchange.wantsBody && !this.#isPaused;
    if (isStalled && ageMs >= this.#context.settings.bodyStallMs) return this.#failBody(408);
    exchange.sweep(nowMs);
  }

  #startProbe(): void {
    if (this.#answerBegan || this.#exchange === undefined || this.#request?.head.minor !== 1) {
      return;
    }
    this.#probe?.stop();
    this.#probe = new HalfCloseProbe(this.socket, this.#context.settings.probeDelaysMs);
  }

  #refuse(status: number): void {
    this.#write(status, { isHead: false, keepAlive: false });
    this.#linger();
  }

  #write(status: number, how: { readonly isHead: boolean; readonly keepAlive: boolean }): void {
    this.socket.write(formatOwnAnswer({ status, nowMs: this.#context.now(), ...how }));
  }

  /**
   * RFC 9112, 9.6: closes for sending and goes on reading, because closing for both would reset the
   * connection under an answer that the client has not read yet.
   */
  #linger(): void {
    this.#phase = "flushing";
    this.#sinceMs = this.#context.now();
    this.#reader.release();
    this.#reader.take();
    this.#isPaused = false;
    this.socket.resume();
    this.socket.end(() => {
      this.#phase = "lingering";
      this.#sinceMs = this.#context.now();
    });
  }
}
