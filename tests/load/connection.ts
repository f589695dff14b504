/**
 * One connection of the load generator's client: requests one after the other, as they are, on a
 * socket of `node:net`.
 *
 * The rule: it never sends anything again by itself; who uses it decides, and counts it.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { type ResponseHead, ResponseReader } from "./response_reader.ts";

/** Where requests go. */
export interface LoadTarget {
  readonly address: string;
  readonly port: number;
  /** The `Host` of every request. */
  readonly host: string;
}

/** One request. */
export interface RequestSpec {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds until the whole answer must be there; without: no limit. */
  readonly timeoutMs?: number;
  /** Milliseconds without a byte after which the request is given up; without: no limit. */
  readonly silenceMs?: number;
  readonly onHead?: (head: ResponseHead) => void;
  /** Takes the body as it comes; without it, the answer holds it. */
  readonly onBody?: (piece: Uint8Array) => void;
}

/** A whole answer. */
export interface Answer extends ResponseHead {
  readonly body: Uint8Array;
  /** What came behind it: the first bytes of an upgraded connection. */
  readonly rest: Uint8Array;
}

/** A request without a whole answer. */
export class ExchangeError extends Error {
  /** Whether anything of the answer had come. */
  readonly received: boolean;
  readonly head: ResponseHead | undefined;

  constructor(reason: string, received: boolean, head?: ResponseHead) {
    super(reason);
    this.received = received;
    this.head = head;
  }
}

const CONNECT_TIMEOUT_MS = 10_000;

/** A connection to the target. */
export class Connection {
  readonly #socket: Socket;
  readonly #host: string;
  /** Milliseconds since the epoch. */
  readonly openedAtMs = Date.now();
  #isOpen = true;
  #exchanges = 0;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on("close", () => this.#isOpen = false);
    socket.on("end", () => this.#isOpen = false);
    socket.on("error", () => this.#isOpen = false);
  }

  /** Connects. @throws {ExchangeError} When it is refused, or takes too long. */
  static open({ address, port, host }: LoadTarget): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: address, port, noDelay: true });
      const fail = (reason: string) => {
        clearTimeout(timer);
        socket.destroy();
        reject(new ExchangeError(`connect: ${reason}`, false));
      };
      const timer = setTimeout(
        () => fail(`nothing after ${CONNECT_TIMEOUT_MS} ms`),
        CONNECT_TIMEOUT_MS,
      );
      const onError = (error: Error) => fail((error as { code?: string }).code ?? error.message);
      socket.once("error", onError);
      socket.once("connect", () => {
        clearTimeout(timer);
        socket.off("error", onError);
        resolve(new Connection(socket, host));
      });
    });
  }

  /** Whether another request can be sent on it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether a request was sent on it before. */
  get isUsed(): boolean {
    return this.#exchanges > 0;
  }

  /** Sends a request and reads its whole answer. @throws {ExchangeError} */
  exchange(spec: RequestSpec): Promise<Answer> {
    this.#exchanges++;
    return new Promise((resolve, reject) => {
      const pieces: Uint8Array[] = [];
      const reader = new ResponseReader(spec.onBody ?? ((piece) => pieces.push(piece)));
      const stop = this.#listen(spec, reader, (error) => {
        stop();
        const { head } = reader;
        if (error === undefined && head) {
          if (head.headers.get("connection")?.toLowerCase() === "close") this.destroy();
          return resolve({ ...head, body: Buffer.concat(pieces), rest: reader.rest });
        }
        this.destroy();
        reject(error);
      });
      this.#socket.write(formatHead(spec, this.#host));
      if (spec.body) this.#socket.write(spec.body);
    });
  }

  /** Gives the socket away after a 101, with nothing listening. */
  takeOver(): Socket {
    return this.#socket;
  }

  /** Ends it at once. */
  destroy(): void {
    this.#isOpen = false;
    this.#socket.destroy();
  }

  /** Feeds the reader until the answer is complete or cannot be. @returns What stops that. */
  #listen(
    spec: RequestSpec,
    reader: ResponseReader,
    done: (error?: ExchangeError) => void,
  ): () => void {
    const socket = this.#socket;
    let received = false;
    const fail = (reason: string) => done(new ExchangeError(reason, received, reader.head));
    const attempt = (read: () => void) => {
      const before = reader.head;
      try {
        read();
      } catch (error) {
        return fail(error instanceof Error ? error.message : String(error));
      }
      if (!before && reader.head) spec.onHead?.(reader.head);
      if (reader.isComplete) done();
    };
    const timers = startTimers(spec, fail);
    const onData = (bytes: Uint8Array) => {
      received = true;
      timers.heard();
      attempt(() => reader.push(bytes));
    };
    const onEnd = () => attempt(() => reader.end());
    const onError = (error: Error) => fail((error as { code?: string }).code ?? error.message);
    socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError);
    return () => {
      timers.stop();
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError);
    };
  }
}

function startTimers({ timeoutMs, silenceMs }: RequestSpec, fail: (reason: string) => void) {
  const whole = timeoutMs === undefined
    ? undefined
    : setTimeout(() => fail(`no whole answer after ${timeoutMs} ms`), timeoutMs);
  const listen = () =>
    silenceMs === undefined
      ? undefined
      : setTimeout(() => fail(`silent for ${silenceMs} ms`), silenceMs);
  let silence = listen();
  return {
    heard: () => {
      clearTimeout(silence);
      silence = listen();
    },
    stop: () => {
      clearTimeout(whole);
      clearTimeout(silence);
    },
  };
}

function formatHead({ method, path, headers, body }: RequestSpec, host: string): string {
  const all = {
    Host: host,
    ...(body ? { "Content-Length": String(body.length) } : {}),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}
