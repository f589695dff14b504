/**
 * Tells a client that there is no room for its connection, and closes it.
 *
 * The rule: it costs next to nothing, and it lasts for a moment: nothing of the client is kept, and
 * what it sends is dropped.
 *
 * The connection is accepted and answered, because a worker that stopped accepting would leave
 * clients waiting in its queue, while another worker may have room.
 *
 * @module
 */
import { formatOwnAnswer } from "./own_answer.ts";
import type { Socket } from "./socket.ts";

/** How a connection is turned away. */
export interface Refusing {
  /** Milliseconds since the epoch. */
  readonly wallMs: number;
  /** Milliseconds that the client has to read the answer (RFC 9112, 9.6). */
  readonly lingerMs: number;
  /** Called once, when the connection is closed. */
  readonly closed: () => void;
}

/** Answers 503 without having read a request, and closes. */
export function refuseConnection(socket: Socket, refusing: Refusing): void {
  const timer = setTimeout(() => socket.destroy(), refusing.lingerMs);
  socket.handler = {
    onData: () => {},
    onDrain: () => {},
    // Its last octet is here, so nothing is left that a close could turn into a reset.
    onEnd: () => socket.destroy(),
    onClose: () => {
      clearTimeout(timer);
      refusing.closed();
    },
  };
  socket.write(formatOwnAnswer({
    status: 503,
    text: "too many connections",
    isHead: false,
    keepAlive: false,
    wallMs: refusing.wallMs,
  }));
  socket.end();
}
