/**
 * Whether a client is read from, and whether it takes what it is sent.
 *
 * The rule: it looks only when it is asked to; between two looks it costs a connection nothing.
 *
 * @module
 */
import type { EngineContext } from "./engine_context.ts";
import { HalfCloseProbe } from "./half_close_probe.ts";
import { formatProbe } from "./own_answer.ts";
import type { PhaseClock } from "./phase_clock.ts";
import type { Socket } from "./socket.ts";
import { StallClock } from "./stall_clock.ts";

/** The flow of one client's connection. */
export class ClientFlow {
  readonly #context: EngineContext;
  readonly #socket: Socket;
  readonly #clock: PhaseClock;
  /** Made at the first look: most connections are over before it. */
  #stall: StallClock | undefined;
  #probe: HalfCloseProbe | undefined;
  #isPaused = false;
  #probeCount = 0;

  constructor(context: EngineContext, socket: Socket, clock: PhaseClock) {
    this.#context = context;
    this.#socket = socket;
    this.#clock = clock;
  }

  /** Whether nothing is read, and so nothing is heard of an end either. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  /** The client's time to send something begins anew. */
  restart(): void {
    this.#clock.progress();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#clock.progress();
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Finds out from now on whether a client that closed its sending direction is still there. */
  startProbe(): void {
    this.#probe?.stop();
    this.#probe = new HalfCloseProbe(this.#socket, this.#context);
  }

  /** The answer has begun, or is over. */
  stopProbing(): void {
    this.#probe?.stop();
    this.#probeCount = 0;
  }

  /**
   * Sends a client that is not read, because the app has taken nothing for `stalledMs`, an interim
   * answer once that is long: while it is not read, that it has left shows only in what is sent to it.
   * For one that understands that, and whose answer has not begun.
   */
  probePaused(stalledMs: number): void {
    const dueMs = this.#context.settings.pausedProbesMs[this.#probeCount];
    if (!this.#isPaused || dueMs === undefined || stalledMs < dueMs) return;
    this.#probeCount++;
    this.#socket.write(formatProbe());
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
