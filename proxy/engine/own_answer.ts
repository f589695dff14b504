/**
 * The answers that the proxy gives by itself.
 *
 * The rule: short plain text that names luma-proxy and says nothing of what is behind it, nor repeats
 * anything that the client sent.
 *
 * @module
 */
import { Buffer } from "node:buffer";

const REASONS: Readonly<Record<number, readonly [reason: string, text: string]>> = {
  400: ["Bad Request", "the request is not valid HTTP/1.1"],
  404: ["Not Found", "no app is routed under this host and path"],
  408: ["Request Timeout", "the request did not arrive in time"],
  413: ["Content Too Large", "the request body is too large"],
  414: ["URI Too Long", "the request target is too long"],
  431: ["Request Header Fields Too Large", "the request head is too large"],
  501: ["Not Implemented", "the method or transfer coding is not offered"],
  502: ["Bad Gateway", "the app did not give a complete answer"],
  503: ["Service Unavailable", "the app accepts no connection at the moment"],
  504: ["Gateway Timeout", "the app did not answer in time"],
  505: ["HTTP Version Not Supported", "HTTP/1.1 and HTTP/1.0 are offered"],
};

/** How an own answer is sent. */
export interface OwnAnswer {
  readonly status: number;
  /** What it says, where that is not what the status says anyway. */
  readonly text?: string;
  /** A HEAD gets no body. */
  readonly isHead: boolean;
  readonly keepAlive: boolean;
  /** Milliseconds since the epoch. */
  readonly wallMs: number;
}

/** The whole answer. */
export function formatOwnAnswer(answer: OwnAnswer): Buffer {
  const [reason, text] = REASONS[answer.status] ?? ["Error", "the request failed"];
  const body = `luma-proxy: ${answer.text ?? text}\n`;
  const lines = [
    `HTTP/1.1 ${answer.status} ${reason}`,
    `Date: ${formatDate(answer.wallMs)}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
    "Cache-Control: no-store",
    ...(answer.status === 503 ? ["Retry-After: 1"] : []),
    `Connection: ${answer.keepAlive ? "keep-alive" : "close"}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${answer.isHead ? "" : body}`, "latin1");
}

/** A time as a Date field has it (RFC 9110, 5.6.7). */
export function formatDate(wallMs: number): string {
  return new Date(wallMs).toUTCString();
}

/** An interim answer (RFC 9110, 15.2): shows whether a client that understands it still listens. */
export function formatProbe(): Buffer {
  return Buffer.from("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
}
