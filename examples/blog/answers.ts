/**
 * The answers that take time: a slow page, an upload, a download, an event stream.
 *
 * The rule: each ends by itself, and gives up at once when its visitor goes away.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { patternBytes } from "./pattern.ts";

/** How many pieces a download is cut into, for each second that it takes. */
const PIECES_PER_SECOND = 20;
const EVENT_EVERY_MS = 500;

/** Answers with `text` after `ms` milliseconds. */
export function answerLater(response: ServerResponse, ms: number, text: string): void {
  const timer = setTimeout(() => response.end(text), ms);
  response.once("close", () => clearTimeout(timer));
}

/** Answers with the length and SHA-256 of the request's body. */
export function answerEcho(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash("sha256");
  let length = 0;
  request.on("data", (piece: Uint8Array) => {
    hash.update(piece);
    length += piece.length;
  });
  request.on("end", () => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ length, sha256: hash.digest("hex") }));
  });
}

/** Sends `bytes` bytes of the pattern over `ms` milliseconds, in chunks. */
export function answerDownload(response: ServerResponse, bytes: number, ms: number): void {
  const pieces = Math.max(1, Math.ceil(ms / 1000 * PIECES_PER_SECOND));
  const size = Math.ceil(bytes / pieces);
  let sent = 0;
  response.writeHead(200, { "Content-Type": "application/octet-stream" });
  const next = () => {
    if (sent >= bytes) return void response.end();
    const piece = patternBytes(sent, Math.min(size, bytes - sent));
    sent += piece.length;
    if (response.write(piece)) timer = setTimeout(next, ms / pieces);
    else response.once("drain", next);
  };
  let timer = setTimeout(next, 0);
  response.once("close", () => clearTimeout(timer));
}

/** Sends an event at once and twice a second, until `signal` is aborted; then the stream ends. */
export function answerEvents(response: ServerResponse, version: string, signal: AbortSignal): void {
  let number = 0;
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const send = () => response.write(`id: ${number}\ndata: ${version} ${number++}\n\n`);
  const end = () => response.end("event: end\ndata: the app is stopping\n\n");
  send();
  const timer = setInterval(send, EVENT_EVERY_MS);
  signal.addEventListener("abort", end, { once: true });
  response.once("close", () => {
    clearInterval(timer);
    signal.removeEventListener("abort", end);
  });
}
