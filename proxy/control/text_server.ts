/**
 * Answers `GET` of one path with a text, on an address of its own.
 *
 * The rule: readers cost little, whatever they do: one request a connection, few connections, and little
 * time for each. It stands on plain sockets, because not every runtime's HTTP server can limit them.
 *
 * @module
 */
import { createServer, type Server, type Socket } from "node:net";

/** What is served, and to how many. */
export interface TextServerOptions {
  readonly path: string;
  readonly contentType: string;
  readonly makeText: () => Promise<string>;
  /** Connections at the same time; further ones are closed at once. */
  readonly maxConnections: number;
  /** Milliseconds that a reader has, from its connection to the end of its answer. */
  readonly limitMs: number;
}

/** A server that was not told yet where to listen. */
export interface TextServer {
  readonly server: Server;
  /** Ends it, and everything that it is answering. */
  readonly close: () => void;
}

/** Octets that the head of a request may have. */
const MAX_HEAD_BYTES = 8 * 1024;

/** Makes the server. */
export function makeTextServer(options: TextServerOptions): TextServer {
  const readers = new Set<Socket>();
  // Who has asked may close its own half, as `nc -N` does.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    readers.add(socket);
    const timer = setTimeout(() => socket.destroy(), options.limitMs);
    socket.on("error", () => {}); // A reader that is gone needs no answer.
    socket.once("close", () => {
      clearTimeout(timer);
      readers.delete(socket);
    });
    serveReader(socket, options);
  });
  server.maxConnections = options.maxConnections;
  return {
    server,
    close: () => {
      server.close();
      for (const socket of readers) socket.destroy();
    },
  };
}

function serveReader(socket: Socket, options: TextServerOptions): void {
  let head = "";
  // Nothing can be answered to half a request.
  const onEnd = () => void socket.destroy();
  const onData = (chunk: Uint8Array): void => {
    head += String(chunk);
    if (head.length > MAX_HEAD_BYTES) return void socket.destroy();
    if (!head.includes("\r\n\r\n")) return;
    socket.off("data", onData);
    socket.off("end", onEnd);
    // What else it sends is not kept.
    socket.resume();
    answer(head, options).then((text) => socket.end(text));
  };
  socket.on("data", onData);
  socket.once("end", onEnd);
}

async function answer(head: string, options: TextServerOptions): Promise<string> {
  const [, method, target] = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r\n/.exec(head) ?? [];
  if (method === undefined) return format("400 Bad Request", "");
  if (target?.split("?")[0] !== options.path) return format("404 Not Found", "");
  if (method !== "GET" && method !== "HEAD") {
    return format("405 Method Not Allowed", "", "Allow: GET, HEAD\r\n");
  }
  try {
    const text = await options.makeText();
    const whole = format("200 OK", text, `Content-Type: ${options.contentType}\r\n`);
    return method === "GET" ? whole : whole.slice(0, whole.length - text.length);
  } catch (error) {
    return format("500 Internal Server Error", `${error}\n`);
  }
}

function format(status: string, body: string, fields = ""): string {
  const length = new TextEncoder().encode(body).length;
  return `HTTP/1.1 ${status}\r\n${fields}Content-Length: ${length}\r\nConnection: close\r\n\r\n${body}`;
}
