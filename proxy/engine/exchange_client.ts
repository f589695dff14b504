/**
 * A client's connection as the exchange that answers it sees it.
 *
 * The rule: an exchange tells what became of its request; what that means for the connection is
 * decided there.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { ClientFlow } from "./client_flow.ts";
import type { Socket } from "./socket.ts";

/** The client, seen from an exchange. */
export interface ExchangeClient {
  readonly socket: Socket;
  /** Paused while the upstream takes no more. */
  readonly flow: ClientFlow;
  /** Whether the connection may go on after this answer. */
  readonly mayKeepAlive: boolean;
  /** The exchange can take the body now. */
  bodyWanted(): void;
  /** The answer's final head, with this status, was sent. */
  answerBegan(status: number): void;
  /** Nothing was sent yet: answer with an error of the proxy's own. */
  answerError(status: number): void;
  /** The answer is whole; `nowMs` where the time was asked for already. */
  finished(keepAlive: boolean, nowMs?: number): void;
  /** The answer was cut: let the client see that; `reason` where it was the client's fault. */
  cut(reason?: string): void;
  /** From now on the connection is a tunnel. */
  upgraded(upstream: Socket, fromUpstream: Buffer | undefined): void;
}
