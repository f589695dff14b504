/**
 * One WebSocket of the load generator: says something twice a second and wants it back.
 *
 * The rule: an end without a close frame is a failure; one with 1000, 1001 or 1012 is in order.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import {
  acceptKey,
  closeCode,
  decodeFrame,
  encodeClose,
  encodeFrame,
  type Frame,
} from "../../examples/blog/web_socket.ts";
import { Connection, ExchangeError, type LoadTarget } from "./connection.ts";
import type { ResponseHead } from "./response_reader.ts";

const SAY_EVERY_MS = 500;
const SILENCE_MS = 10_000;
const CLOSE_WAIT_MS = 2000;
const IN_ORDER: readonly number[] = [1000, 1001, 1012];

/**
 * Opens a WebSocket and talks until it is closed in order, or `signal` is aborted.
 *
 * @param onHead Told of the answer's head, as soon as there is one.
 * @throws {ExchangeError} When it is not accepted, or ends otherwise.
 */
export async function talk(
  target: LoadTarget,
  signal: AbortSignal,
  onHead: (head: ResponseHead) => void,
): Promise<void> {
  const connection = await Connection.open(target);
  try {
    const key = randomBytes(16).toString("base64");
    const head = await connection.exchange({
      method: "GET",
      path: "/ws",
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key,
      },
      timeoutMs: SILENCE_MS,
      onHead,
    });
    if (head.status !== 101) throw new ExchangeError(`status ${head.status}`, true, head);
    if (head.headers.get("sec-websocket-accept") !== acceptKey(key)) {
      throw new ExchangeError("wrong Sec-WebSocket-Accept", true, head);
    }
    await new Promise<void>((resolve, reject) => {
      const conversation = new Conversation(
        connection.takeOver(),
        (reason) =>
          reason === undefined ? resolve() : reject(new ExchangeError(reason, true, head)),
      );
      conversation.read(head.rest);
      signal.addEventListener("abort", () => conversation.leave(), { once: true });
      if (signal.aborted) conversation.leave();
    });
  } finally {
    connection.destroy();
  }
}

/** Talks on an accepted connection until it ends. */
class Conversation {
  readonly #socket: Socket;
  readonly #settle: (reason?: string) => void;
  readonly #speaking: ReturnType<typeof setInterval>;
  /** What was said and not yet heard back. */
  readonly #waiting: string[] = [];
  #silence: ReturnType<typeof setTimeout>;
  #said = 0;
  #bytes: Uint8Array = new Uint8Array();
  #isLeaving = false;

  constructor(socket: Socket, settle: (reason?: string) => void) {
    this.#socket = socket;
    this.#settle = settle;
    this.#speaking = setInterval(() => this.#speak(), SAY_EVERY_MS);
    this.#silence = this.#listenForSilence();
    socket.on("data", (piece: Uint8Array) => this.read(piece));
    socket.on("error", (error: Error) => this.#end((error as { code?: string }).code ?? "error"));
    for (const event of ["end", "close"]) {
      socket.on(event, () => this.#end("ended without a close frame"));
    }
  }

  /** Takes bytes that came. */
  read(piece: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, piece]);
    try {
      for (let next = decodeFrame(this.#bytes); next; next = decodeFrame(this.#bytes)) {
        this.#bytes = next.rest;
        this.#hear(next.frame);
      }
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  /** Says good-bye, and waits a little for the answer. */
  leave(): void {
    this.#isLeaving = true;
    clearInterval(this.#speaking);
    this.#send(encodeClose(1000, randomBytes(4)));
    setTimeout(() => this.#end(), CLOSE_WAIT_MS).unref();
  }

  #speak(): void {
    const text = `hear ${this.#said++}`;
    this.#waiting.push(text);
    this.#send(encodeFrame("text", Buffer.from(text), randomBytes(4)));
  }

  #hear({ opcode, payload }: Frame): void {
    if (opcode === "close") {
      const code = closeCode(payload);
      return this.#end(IN_ORDER.includes(code) ? undefined : `closed with ${code}`);
    }
    const text = Buffer.from(payload).toString();
    if (opcode !== "text" || /^(hello|tick) /.test(text)) return;
    if (this.#waiting.shift() !== text) return this.#end(`answered ${JSON.stringify(text)}`);
    clearTimeout(this.#silence);
    this.#silence = this.#listenForSilence();
  }

  #listenForSilence() {
    return setTimeout(() => this.#end(`silent for ${SILENCE_MS} ms`), SILENCE_MS);
  }

  #send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #end(reason?: string): void {
    clearInterval(this.#speaking);
    clearTimeout(this.#silence);
    this.#settle(this.#isLeaving ? undefined : reason);
  }
}
