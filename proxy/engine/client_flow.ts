/**
 * Whether a client is read from, and whether it takes what it is sent.
 *
 * The rule: it looks only when it is asked to; between two looks it costs a connection nothing.
 *
 * @module
 */
import type { EngineContext } from "./engine_context.ts";
import { HalfCloseProbe } from "./half_close_probe.ts";
import type { Socket } from "./socket.ts";
import { StallClock } from "./stall_clock.ts";

/** The flow of one client's connection. */
export class ClientFlow {
  readonly #context: EngineContext;
  readonly #socket: Socket;
  /** Made at the first look: most connections are over before it. */
  #stall: StallClock | undefined;
  #probe: HalfCloseProbe | undefined;
  #isPaused = false;

  constructor(context: EngineContext, socket: Socket) {
    this.#context = context;
    this.#socket = socket;
  }

  /** Whether nothing is read, and so nothing is heard of an end either. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Finds out from now on whether a client that closed its sending direction is still there. */
  startProbe(): void {
    this.stopProbe();
    this.#probe = new HalfCloseProbe(this.#socket, this.#context);
  }

  stopProbe(): void {
    this.#probe?.stop();
  }

  /** Whether the client has taken nothing of its answers for as long as it may; if so, that is counted. */
  isStalled(nowMs: number): boolean {
    const { settings, traffic } = this.#context;
    this.#stall ??= new StallClock(this.#socket);
    if (this.#stall.lookAt(nowMs) < settings.answerStallMs) return false;
    traffic.refuse("answer_timeout");
    return true;
  }
}
