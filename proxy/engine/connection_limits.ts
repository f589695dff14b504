/**
 * Decides whether one more connection of a client is served.
 *
 * The rule: a connection that is let in is given back exactly once.
 *
 * @module
 */
import type { Refusal } from "./refusal.ts";
import type { EngineSettings } from "./settings.ts";
import type { Socket } from "./socket.ts";

/** Asked for its address only where clients are counted: to read it costs. */
type Peer = Pick<Socket, "remoteAddress">;

/** The connections that count against the limits. */
export class ConnectionLimits {
  readonly #settings: EngineSettings;
  readonly #byClient = new Map<string, number>();
  #count = 0;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
  }

  /** Lets a connection in, or says why not. */
  enter(socket: Peer): Refusal | undefined {
    const { maxConnections, maxClientConnections } = this.#settings;
    if (this.#count >= maxConnections) return "connections";
    if (maxClientConnections !== Infinity) {
      const client = clientOf(socket.remoteAddress);
      const count = this.#byClient.get(client) ?? 0;
      if (count >= maxClientConnections) return "client_connections";
      this.#byClient.set(client, count + 1);
    }
    this.#count++;
    return undefined;
  }

  /** A connection that was let in is closed. */
  leave(socket: Peer): void {
    this.#count--;
    if (this.#settings.maxClientConnections === Infinity) return;
    const client = clientOf(socket.remoteAddress);
    const count = (this.#byClient.get(client) ?? 0) - 1;
    if (count > 0) this.#byClient.set(client, count);
    else this.#byClient.delete(client);
  }
}

/** Who an address belongs to: in IPv6 one customer has a whole /64 (RFC 6177). */
export function clientOf(address: string): string {
  if (!address.includes(":")) return address;
  const [front = "", back] = address.split("%")[0]!.split("::");
  const groups = front === "" ? [] : front.split(":");
  const behind = back === undefined || back === "" ? [] : back.split(":");
  const gap = back === undefined ? 0 : 8 - groups.length - behind.length;
  const all = [...groups, ...Array.from({ length: gap }, () => "0"), ...behind];
  return `${all.slice(0, 4).join(":")}::/64`;
}
