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
      if (head === undefined) reject(new Error("closed the connection without an answer"));
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
    if (bytes.length >= 5 && bytes.toString("latin1", 0, 5) !== "HTTP/") throw notHttp();
    return undefined;
  }
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) throw notHttp();
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

function notHttp(): Error {
  return new Error("the answer is not HTTP");
}

function toAnswer(head: ParsedHead, body: Buffer): Answer {
  const from = head.chunked ? body.indexOf("\r\n") + 2 : 0;
  const text = body.toString("utf8", from)
    // deno-lint-ignore no-control-regex -- exactly what must not reach a terminal
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return {
    status: head.status,
    body: shown,
    ...(head.location !== undefined && { location: printable(head.location) }),
  };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}
