/**
 * One request and its answer: from the choice of an endpoint to the last octet for the client.
 *
 * The rule: the client gets the whole answer, or an error made by the proxy, or a connection that is
 * visibly cut; never a part that looks whole.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { type Acquirer, Acquisition, takeIdle } from "./acquisition.ts";
import { Answer, type AnswerEvents } from "./answer.ts";
import { NO_BODY } from "./body_framing.ts";
import type { EndpointState } from "./endpoint.ts";
import type { EndpointChoice } from "./endpoint_choice.ts";
import type { EngineContext } from "./engine_context.ts";
import type { ExchangeClient } from "./exchange_client.ts";
import type { InFlight } from "./generation_counters.ts";
import { MessageFault } from "./message_fault.ts";
import { type PreparedRequest, rebuildUpstreamHead } from "./prepare_request.ts";
import type { ResponseHead } from "./response_head.ts";
import { describeClose, type SocketHandler } from "./socket.ts";
import { Upload } from "./upload.ts";
import { dropConnection, keepConnection, UpstreamConnection } from "./upstream_connection.ts";

/** One exchange; it listens to the upstream's socket. */
export class Exchange implements SocketHandler, AnswerEvents, Acquirer {
  readonly #context: EngineContext;
  readonly #request: PreparedRequest;
  readonly #client: ExchangeClient;
  readonly #answer: Answer;
  /** None where there is no body. */
  readonly #upload: Upload | undefined;
  /** The head for the upstream; none while it stands in the builder, or is sent from there. */
  #head: Buffer | undefined;
  #acquisition: Acquisition | undefined;
  #upstream: UpstreamConnection | undefined;
  #isReused = false;
  #isRetried = false;
  #isOver = false;
  #sentAtMs = 0;

  constructor(context: EngineContext, request: PreparedRequest, client: ExchangeClient) {
    this.#context = context;
    this.#request = request;
    this.#client = client;
    this.#answer = new Answer(context, { socket: client.socket, request: request.head }, this);
    const { head, route } = request;
    if (head.framing === NO_BODY) return;
    this.#upload = new Upload(head, route.options, context.builder);
  }

  /** Whether the request's body was read to its end. */
  get requestDone(): boolean {
    return this.#upload === undefined || this.#upload.done;
  }

  /** Whether the body can be taken now. */
  get wantsBody(): boolean {
    return this.#upstream !== undefined && !this.requestDone && !this.#isOver;
  }

  /** Milliseconds for which the client may send nothing; no limit where nothing of the body is wanted. */
  get bodyLimitMs(): number {
    if (!this.wantsBody) return Infinity;
    return this.#upload!.limitMs(this.#context.settings, this.#answer.response !== undefined);
  }

  /**
   * Chooses an endpoint, counts the request there, and gets a connection to it.
   *
   * The request's head stands in the context's builder, and goes from there to an idle connection.
   */
  start(): void {
    const { settings, builder } = this.#context;
    const { head: { mayRepeat }, inFlight: { startedMs: nowMs } } = this.#request;
    const maxIdleMs = mayRepeat ? settings.upstreamIdleMs : settings.upstreamFreshMs;
    const found = takeIdle(this, { nowMs, maxIdleMs });
    if (this.#upload === undefined && found instanceof UpstreamConnection) {
      this.#use(found, true);
      this.#sentAtMs = nowMs;
      builder.send(found.socket);
      return;
    }
    this.#head = builder.take();
    this.#goOn(found, maxIdleMs);
  }

  /**
   * Takes what the client sent of the body.
   *
   * @returns The offset behind what belongs to this request.
   * @throws {MessageFault} Where the body's framing is invalid.
   */
  takeBody(bytes: Buffer): number {
    const upload = this.#upload;
    if (upload === undefined) return 0;
    const end = upload.take(bytes);
    this.#sentAtMs = upload.done ? this.#context.now() : 0;
    if (this.#upstream !== undefined && !upload.flush(this.#upstream.socket)) {
      this.#client.flow.pause();
    }
    return end;
  }

  /** The client is gone: the upstream learns it at once. */
  abort(): void {
    this.#end();
  }

  /** The client sees that the answer is cut, and the upstream that nobody waits for it. */
  cut(reason?: string): void {
    this.#end();
    this.#client.cut(reason);
  }

  /** Looks at the times that have passed. */
  sweep(nowMs: number): void {
    this.#client.socket.watchPeer();
    this.#upstream?.socket.watchPeer();
    const answered = this.#answer.response === undefined ? undefined : this.#client.socket;
    const stalledMs = this.#upload?.stalledMs(nowMs, this.#upstream?.socket, answered) ?? 0;
    const { requestStallMs } = this.#context.settings;
    if (stalledMs >= requestStallMs) {
      return this.#fail(504, `took nothing of the request in ${requestStallMs} ms`);
    }
    if (answered !== undefined) return;
    if (this.#upload?.mayProbe === true) this.#client.flow.probePaused(stalledMs);
    const { responseTimeoutMs } = this.#request.route.options;
    if (responseTimeoutMs === undefined || this.#sentAtMs === 0) return;
    if (nowMs - this.#sentAtMs < responseTimeoutMs) return;
    this.#fail(504, `no answer in ${responseTimeoutMs} ms`);
  }

  /** The client takes more. */
  clientDrained(): void {
    this.#upstream?.socket.resume();
  }

  onData(bytes: Buffer): void {
    try {
      this.#answer.push(bytes);
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error;
      this.#fail(502, `bad answer: ${error.message}`);
    }
  }

  onDrain(): void {
    this.#client.flow.resume();
  }

  onEnd(): void {
    if (!this.#answer.endsWithClose) {
      return this.#upstreamGone("closed before the answer was whole");
    }
    this.#answer.finish();
    this.done(true);
  }

  onClose(error: Error | undefined): void {
    this.#upstreamGone(describeClose(error));
  }

  get choice(): EndpointChoice {
    return this.#request.route.choice;
  }

  get inFlight(): InFlight {
    return this.#request.inFlight;
  }

  connected(connection: UpstreamConnection, isReused: boolean): void {
    this.#acquisition = undefined;
    this.#use(connection, isReused);
    const upload = this.#upload;
    // The next word is the upstream's, its answer or a 100.
    if (this.requestDone || upload?.isHeldBack) this.#sentAtMs = this.#context.now();
    const head = this.#head ??= rebuildUpstreamHead(this.#request, this.#context);
    if (upload === undefined) {
      connection.socket.write(head);
      return;
    }
    upload.begin(head);
    if (!this.requestDone) this.#client.bodyWanted();
    // Sent by now where some of the body was there; a client that expects a 100 waits for it.
    if (!this.#isOver) upload.flush(connection.socket);
  }

  unreachable(reason: string): void {
    this.#fail(503, reason);
  }

  abandoned(): void {
    this.cut();
  }

  mayKeepAlive(): boolean {
    return this.#client.mayKeepAlive && this.requestDone;
  }

  continued(): void {
    if (this.#upload?.isHeldBack !== true) return;
    this.#upload.isHeldBack = false;
    this.#sentAtMs = 0;
    this.#client.flow.restart();
  }

  began(response: ResponseHead): void {
    const { inFlight } = this.#request;
    if (response.status >= 500) inFlight.fail(String(response.status), this.#context.now());
    this.#client.answerBegan(response.status);
    if (!response.isEventStream || response.framing.kind === "none") return;
    inFlight.becomeStream("stream", () => this.#endStream());
  }

  done(excess: boolean): void {
    const nowMs = this.#context.now();
    const connection = this.#upstream;
    const response = this.#answer.response;
    const mayKeep = response?.keepAlive === true && !excess;
    if (connection !== undefined && mayKeep && (this.#upload?.isSent(connection.socket) ?? true)) {
      this.#upstream = undefined;
      const keeping = { nowMs, keepAliveMs: response.keepAliveMs };
      keepConnection(connection, keeping, this.#context.settings);
    }
    this.#end();
    this.#client.finished(this.#answer.keepAlive, nowMs);
  }

  upgraded(rest: Buffer | undefined): void {
    const socket = this.#upstream!.socket;
    this.#upstream = undefined;
    this.#isOver = true;
    this.#answer.release();
    this.#client.answerBegan(101);
    this.#client.upgraded(socket, rest);
  }

  blocked(): void {
    this.#upstream?.socket.pause();
  }

  #use(connection: UpstreamConnection, isReused: boolean): void {
    this.#upstream = connection;
    this.#isReused = isReused;
    connection.socket.handler = this;
  }

  #goOn(found: UpstreamConnection | EndpointState | undefined, maxIdleMs: number): void {
    if (found instanceof UpstreamConnection) return this.connected(found, true);
    this.#acquisition = new Acquisition(this.#context, this, maxIdleMs);
    this.#acquisition.start(found);
  }

  /** Ends an event stream where a chunk ends; with a promised length a cut is all that is left. */
  #endStream(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    if (this.#answer.response?.framing.kind === "length") this.cut();
    else {
      this.#answer.finish();
      this.#end();
      this.#client.finished(false);
    }
    return Promise.resolve();
  }

  /** RFC 9110, 9.2.2: sent again only if it may be, and if the upstream cannot have answered it. */
  #upstreamGone(reason: string): void {
    if (this.#isOver) return;
    const mayRepeat = this.#request.head.mayRepeat && !this.#answer.isTouched;
    if (!mayRepeat || !this.#isReused || this.#isRetried) return this.#fail(502, reason);
    this.#isRetried = true;
    this.#dropUpstream();
    this.#goOn(takeIdle(this, { nowMs: this.#context.now(), maxIdleMs: 0 }), 0);
  }

  /** The exchange cannot succeed any more; what the client sees depends on what it has got. */
  #fail(status: number, reason: string): void {
    if (this.#isOver) return;
    this.#request.inFlight.fail(reason, this.#context.now());
    if (this.#answer.response !== undefined) return this.cut();
    this.#end();
    this.#client.answerError(status);
  }

  #dropUpstream(): void {
    if (this.#upstream !== undefined) dropConnection(this.#upstream);
    this.#upstream = undefined;
  }

  #end(): void {
    this.#isOver = true;
    this.#acquisition?.cancel();
    this.#dropUpstream();
    this.#answer.release();
    this.#request.inFlight.end();
  }
}
