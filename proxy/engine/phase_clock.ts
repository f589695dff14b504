/**
 * What a client's connection is doing, and since when.
 *
 * The rule: every phase has its limit here, but an exchange, which has several, a flush, which
 * goes by what the client takes, and a tunnel, which has none.
 *
 * @module
 */
import type { EngineContext } from "./engine_context.ts";

/** What a connection can be doing. */
export type Phase =
  /** Waiting for the first octet of a request. */
  | "between"
  | "head"
  | "exchange"
  /** Its last answer is on its way into the kernel. */
  | "flushing"
  /** Closed for sending; what the client still sends is dropped. */
  | "lingering"
  | "tunnel";

/** The phase of one connection. */
export class PhaseClock {
  readonly #context: EngineContext;
  #phase: Phase = "between";
  #sinceMs: number;
  #enteredMs: number;

  constructor(context: EngineContext) {
    this.#context = context;
    this.#sinceMs = context.now();
    this.#enteredMs = this.#sinceMs;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether a request may begin, or has begun and is not complete. */
  get isReading(): boolean {
    return this.#phase === "between" || this.#phase === "head";
  }

  /** Whether the connection only comes to its end. */
  get isEnding(): boolean {
    return this.#phase === "flushing" || this.#phase === "lingering";
  }

  /** @param nowMs Where the caller has just asked: to ask costs more than what is done with it. */
  enter(phase: Phase, nowMs: number = this.#context.now()): void {
    this.#phase = phase;
    this.#sinceMs = nowMs;
    this.#enteredMs = nowMs;
  }

  /** The client did something: its time begins anew. */
  progress(): void {
    this.#sinceMs = this.#context.now();
  }

  /** Milliseconds since the phase began or last made progress. */
  ageMs(nowMs: number): number {
    return nowMs - this.#sinceMs;
  }

  /** Whether the phase has lasted for as long as it may. */
  isDue(nowMs: number): boolean {
    if (this.#phase === "lingering") {
      const { maxLingerMs } = this.#context.settings;
      if (nowMs - this.#enteredMs >= maxLingerMs) return true;
    }
    return this.ageMs(nowMs) >= this.#limitMs();
  }

  #limitMs(): number {
    const { settings, isRetiring } = this.#context;
    switch (this.#phase) {
      case "between":
        return isRetiring ? settings.retiringIdleMs : settings.clientIdleMs;
      case "head":
        return settings.headTimeoutMs;
      case "lingering":
        return settings.lingerMs;
      case "exchange":
      case "flushing":
      case "tunnel":
        return Infinity;
    }
  }
}
