/**
 * Reads the head of an HTTP/1.1 answer from a socket, and as much of its body as an error shows.
 *
 * The rule: it reads a bounded amount, and what it returns is printable.
 *
 * @module
 */
import type { Socket } from "node:net";

/** What a replica answered. */
export interface Answer {
  readonly status: number;
  readonly location?: string;
  /** The first characters of the body, on one line. */
  readonly body: string;
}

/** The connection was closed before there was an answer. */
export class ClosedError extends Error {
  override readonly name = "ClosedError";

  constructor() {
    super("closed the connection without an answer");
  }
}

/** What came is not an answer of HTTP. */
export class NotHttpError extends Error {
  override readonly name = "NotHttpError";
  /** It is an answer of TLS: whoever listens wants it spoken. */
  readonly isTls: boolean;

  constructor(isTls: boolean) {
    super(isTls ? "the answer is TLS, not plain HTTP" : "the answer is not HTTP");
    this.isTls = isTls;
  }
}

const MAX_HEAD_BYTES = 32 * 1024;
const SHOWN_CHARS = 120;
/** Enough to show, also where the characters take several bytes. */
const MAX_BODY_BYTES = 1024;
/** How long to wait for the body once the head is there: it is only evidence. */
const BODY_WAIT_MS = 100;

/**
 * Reads one answer; interim answers (1xx) are skipped.
 *
 * @throws {Error} When the connection fails (with the system's code) or ends early, or what comes is
 * not HTTP.
 */
export function readAnswer(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    let head: ParsedHead | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const finish = () => {
      clearTimeout(timer);
      if (head === undefined) reject(new ClosedError());
      else resolve(toAnswer(head, bytes));
    };
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        while (head === undefined || head.status < 200) {
          const parsed = parseHead(bytes);
          if (parsed === undefined) return;
          head = parsed.status < 200 ? undefined : parsed;
          bytes = bytes.subarray(parsed.endsAt);
        }
      } catch (error) {
        reject(error);
        return;
      }
      if (bytes.length >= Math.min(head.lengthBytes, MAX_BODY_BYTES)) finish();
      else timer ??= setTimeout(finish, BODY_WAIT_MS);
    });
    socket.on("end", finish);
    socket.on("close", finish);
    socket.on("error", (error) => {
      if (head === undefined) reject(error);
      else finish();
    });
  });
}

interface ParsedHead {
  readonly status: number;
  readonly location: string | undefined;
  readonly chunked: boolean;
  /** Length of the body; without end where the answer does not say it. */
  readonly lengthBytes: number;
  readonly endsAt: number;
}

function parseHead(bytes: Buffer): ParsedHead | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) {
    if (bytes.length > MAX_HEAD_BYTES) throw new Error("the answer's head is too long");
    if (bytes.length >= 5 && bytes.toString("latin1", 0, 5) !== "HTTP/") throw notHttp(bytes);
    return undefined;
  }
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) throw notHttp(bytes);
  const header = (name: string) =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1).trim();
  const length = header("content-length");
  const bodyless = status === "204" || status === "304";
  return {
    status: Number(status),
    location: header("location"),
    chunked: header("transfer-encoding")?.toLowerCase() === "chunked",
    lengthBytes: bodyless ? 0 : length === undefined ? Infinity : Number(length),
    endsAt: end + 4,
  };
}

/** A record of TLS begins with its type, 20 to 23, and version 3 (RFC 8446, section 5.1). */
function notHttp(bytes: Uint8Array): NotHttpError {
  const [type = 0, version] = bytes;
  return new NotHttpError(type >= 20 && type <= 23 && version === 3);
}

function toAnswer(head: ParsedHead, body: Buffer): Answer {
  const text = (head.chunked ? joinChunks(body) : body).toString("utf8")
    // deno-lint-ignore no-control-regex -- exactly what must not reach a terminal
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return {
    status: head.status,
    body: shown,
    ...(head.location !== undefined && { location: printable(head.location) }),
  };
}

/** What chunks hold, as far as they were read (RFC 9112, section 7.1). */
function joinChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < body.length) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, Math.max(at, lineEnd)), 16);
    if (lineEnd < 0 || !(size > 0)) break;
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}
