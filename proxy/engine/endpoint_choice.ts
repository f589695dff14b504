/**
 * Chooses the endpoint of a request: the one that answers the fewest now.
 *
 * The rule: it chooses and nothing else; the caller counts in the same synchronous step, so that two
 * requests never see the same state.
 *
 * @module
 */
import type { EndpointState } from "./endpoint.ts";
import type { EngineSettings } from "./settings.ts";

/** An endpoint of one route, and whether the health checks leave it out. */
export interface Candidate {
  readonly state: EndpointState;
  readonly ejected: boolean;
}

/** The endpoints of one generation, and where the next choice begins. */
export class EndpointChoice {
  readonly candidates: readonly Candidate[];
  readonly #settings: EngineSettings;
  #turn = 0;

  constructor(candidates: readonly Candidate[], settings: EngineSettings) {
    this.candidates = candidates;
    this.#settings = settings;
  }

  /**
   * The endpoint with the least in flight, equal ones in turn.
   *
   * Ejected ones are left out; if that leaves none, all are tried.
   *
   * @param tried Endpoints that already failed for this request.
   */
  choose(nowMs: number, tried: readonly EndpointState[]): EndpointState | undefined {
    const only = this.candidates.length === 1 ? this.candidates[0]?.state : undefined;
    if (only !== undefined) return tried.includes(only) ? undefined : only;
    const turn = this.#turn++;
    return this.#least(
      turn,
      (candidate) =>
        !candidate.ejected && !tried.includes(candidate.state) &&
        !candidate.state.isEjected(nowMs, this.#settings),
    ) ??
      this.#least(turn, (candidate) => !tried.includes(candidate.state));
  }

  #least(turn: number, isOpen: (candidate: Candidate) => boolean): EndpointState | undefined {
    const count = this.candidates.length;
    let best: EndpointState | undefined;
    for (let offset = 0; offset < count; offset++) {
      const candidate = this.candidates[(turn + offset) % count]!;
      if (!isOpen(candidate)) continue;
      if (best === undefined || candidate.state.inFlight < best.inFlight) best = candidate.state;
    }
    return best;
  }
}
