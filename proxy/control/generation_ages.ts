/**
 * Remembers since when this process has had each route in its current generation.
 *
 * The rule: an age is no difference of two dates, because a clock may be set in between; and it starts
 * anew with the process, as its counters do.
 *
 * @module
 */
import type { RouteKey } from "../api.ts";
import { type ProxyState, routeName } from "./proxy_state.ts";

interface Since {
  readonly generation: number;
  readonly atMs: number;
}

/** The ages of all current generations. */
export class GenerationAges {
  #since: ReadonlyMap<string, Since> = new Map();

  /** Notes generations that are new, by a clock that nobody sets, and forgets those that are gone. */
  follow(state: ProxyState, nowMs: number): void {
    this.#since = new Map(state.routes.map((route) => {
      const { generation } = route.current;
      const known = this.#since.get(routeName(route));
      const isKnown = known?.generation === generation;
      return [routeName(route), isKnown ? known : { generation, atMs: nowMs }];
    }));
  }

  /** Milliseconds that a route has been in its current generation; 0 of a route that is not known. */
  of(key: RouteKey, nowMs: number): number {
    return nowMs - (this.#since.get(routeName(key))?.atMs ?? nowMs);
  }
}
