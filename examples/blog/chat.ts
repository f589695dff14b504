/**
 * The app's WebSocket: greets with its version, answers what it is sent, and ticks.
 *
 * The rule: it never ends without a close frame while its visitor is there.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { acceptKey, decodeFrame, encodeClose, encodeFrame, type Frame } from "./web_socket.ts";

const TICK_EVERY_MS = 1000;
/** How long a visitor may take to answer a close frame. */
const CLOSE_WAIT_MS = 1000;

/** Accepts the upgrade and serves the connection, until it ends or `signal` is aborted. */
export function serveChat(
  request: IncomingMessage,
  socket: Duplex,
  options: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): void {
  const accept = acceptKey(request.headers["sec-websocket-key"] ?? "");
  const headers = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Accept": accept };
  const lines = Object.entries({ ...headers, ...options.headers }).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
  const version = options.headers["X-App-Version"] ?? "";
  sendText(socket, `hello ${version}`);
  const timer = setInterval(() => sendText(socket, `tick ${version}`), TICK_EVERY_MS);
  const leave = () => {
    clearInterval(timer);
    socket.write(encodeClose(1001));
    setTimeout(() => socket.destroy(), CLOSE_WAIT_MS).unref();
  };
  options.signal.addEventListener("abort", leave, { once: true });
  socket.on("close", () => {
    clearInterval(timer);
    options.signal.removeEventListener("abort", leave);
  });
  // A visitor who is gone needs no answer.
  socket.on("error", () => socket.destroy());
  readFrames(socket, (frame) => answerFrame(socket, frame));
}

function readFrames(socket: Duplex, onFrame: (frame: Frame) => void): void {
  let bytes: Uint8Array = new Uint8Array();
  socket.on("data", (piece: Uint8Array) => {
    bytes = Buffer.concat([bytes, piece]);
    try {
      for (let next = decodeFrame(bytes); next; next = decodeFrame(bytes)) {
        bytes = next.rest;
        onFrame(next.frame);
      }
    } catch {
      // What cannot be read is answered as RFC 6455, 7.4.1 says: 1002, a protocol error.
      socket.end(encodeClose(1002));
    }
  });
  socket.on("end", () => socket.end());
}

function answerFrame(socket: Duplex, frame: Frame): void {
  switch (frame.opcode) {
    case "text":
      return void socket.write(encodeFrame("text", frame.payload));
    case "ping":
      return void socket.write(encodeFrame("pong", frame.payload));
    case "close":
      return void socket.end(encodeFrame("close", frame.payload));
    case "pong":
      return;
  }
}

function sendText(socket: Duplex, text: string): void {
  socket.write(encodeFrame("text", new TextEncoder().encode(text)));
}
