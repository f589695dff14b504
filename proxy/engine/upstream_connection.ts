/**
 * Connections to upstreams, and keeping them for the next request.
 *
 * The rule: a kept connection that says anything, or closes, is thrown away; one that may be closing
 * on the other side right now is not used again.
 *
 * @module
 */
import type { EndpointState } from "./endpoint.ts";
import type { EngineSettings } from "./settings.ts";
import { silentHandler, type Socket, type SocketHandler } from "./socket.ts";

/** Taken off what an upstream says it waits, because its clock started earlier than ours. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/** A connection to an upstream; while it is idle it listens itself, and whatever comes ends it. */
export class UpstreamConnection implements SocketHandler {
  readonly socket: Socket;
  readonly endpoint: EndpointState;
  idleSinceMs = 0;
  idleLimitMs = 0;

  constructor(socket: Socket, endpoint: EndpointState) {
    this.socket = socket;
    this.endpoint = endpoint;
  }

  onData(): void {
    this.#drop();
  }

  onDrain(): void {}

  onEnd(): void {
    this.#drop();
  }

  onClose(): void {
    this.#drop();
  }

  #drop(): void {
    forget(this);
    dropConnection(this);
  }
}

/** When a connection is kept, and what its upstream said about that. */
export interface Keeping {
  readonly nowMs: number;
  /** From the upstream's `Keep-Alive: timeout`. */
  readonly keepAliveMs: number | undefined;
}

/** Keeps `connection` for the next request, or closes it where it may not be kept. */
export function keepConnection(
  connection: UpstreamConnection,
  keeping: Keeping,
  settings: EngineSettings,
): void {
  const { endpoint, socket } = connection;
  const saidMs = (keeping.keepAliveMs ?? Infinity) - KEEP_ALIVE_MARGIN_MS;
  connection.idleSinceMs = keeping.nowMs;
  connection.idleLimitMs = Math.min(settings.upstreamIdleMs, saidMs);
  const isFull = endpoint.idle.length >= settings.maxIdleConnections;
  if (endpoint.retired || isFull || socket.closed || connection.idleLimitMs <= 0) {
    dropConnection(connection);
    return;
  }
  socket.handler = connection;
  endpoint.idle.push(connection);
  socket.resume();
}

/** Takes the connection to `endpoint` that was used last, if it was not idle for too long. */
export function takeConnection(
  endpoint: EndpointState,
  nowMs: number,
  maxIdleMs: number,
): UpstreamConnection | undefined {
  const connection = endpoint.idle.at(-1);
  if (connection === undefined) return undefined;
  const idleMs = nowMs - connection.idleSinceMs;
  if (idleMs >= connection.idleLimitMs || connection.socket.closed) {
    forget(connection);
    dropConnection(connection);
    return takeConnection(endpoint, nowMs, maxIdleMs);
  }
  if (idleMs > maxIdleMs) return undefined;
  endpoint.idle.pop();
  return connection;
}

/** Closes the connections to `endpoint` that have been idle for long enough. */
export function closeExpired(endpoint: EndpointState, nowMs: number): void {
  for (const connection of [...endpoint.idle]) {
    if (nowMs - connection.idleSinceMs < connection.idleLimitMs) continue;
    forget(connection);
    dropConnection(connection);
  }
}

/** Closes all idle connections to `endpoint`. */
export function closeIdle(endpoint: EndpointState): void {
  for (const connection of endpoint.idle.splice(0)) dropConnection(connection);
}

/** Closes `connection` without listening to it any more. */
export function dropConnection(connection: UpstreamConnection): void {
  connection.socket.handler = silentHandler;
  connection.socket.destroy();
}

function forget(connection: UpstreamConnection): void {
  const index = connection.endpoint.idle.indexOf(connection);
  if (index !== -1) connection.endpoint.idle.splice(index, 1);
}
