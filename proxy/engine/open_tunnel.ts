/**
 * Makes a tunnel of a client's connection and the upstream's that agreed to an upgrade.
 *
 * The rule: its request stays counted, as a stream, until both sides are closed.
 *
 * @module
 */
import type { PreparedRequest } from "./prepare_request.ts";
import type { Socket } from "./socket.ts";
import { Tunnel } from "./tunnel.ts";

/** Both sides, and what is told. */
export interface TunnelEnds {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Milliseconds that an end in order may take. */
  readonly closeMs: number;
  /** Called once, when both are closed. */
  readonly closed: () => void;
}

/** Makes the tunnel that `request` asked for; it is still to be started. */
export function openTunnel(request: PreparedRequest, ends: TunnelEnds): Tunnel {
  const { head, inFlight } = request;
  const { client, upstream, closeMs, closed } = ends;
  const isWebSocket = head.upgrade?.toLowerCase() === "websocket";
  const tunnel = new Tunnel(client, upstream, {
    isWebSocket,
    closeMs,
    closed: () => {
      inFlight.end();
      closed();
    },
  });
  for (const socket of [client, upstream]) socket.watchPeer();
  inFlight.becomeStream(isWebSocket ? "websocket" : "stream", () => tunnel.close());
  return tunnel;
}
