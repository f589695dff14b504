/**
 * An app with one fault: the one that FAULT names.
 *
 * The rule: it makes the mistake as people make it, and is a good app in everything else.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createPlainServer } from "node:net";
import process from "node:process";

const PORT = 3000;
const FAULT = process.env["FAULT"] ?? "none";

/** What an app does that was given this fault; every other one answers 200 on port 3000. */
const FAULTS: Readonly<Record<string, () => void>> = {
  none: () => listen(),
  exits() {
    process.stderr.write("Cannot reach the database at db:5432\n");
    process.exit(7);
  },
  "never listens": () => void setInterval(() => {}, 60_000),
  "never answers": () => listen({ answer: () => {} }),
  "answers 500": () => listen({ answer: (_, response) => end(response, 500, "no database") }),
  "redirects to https": () =>
    listen({
      answer: (request, response) => redirect(response, `https://${request.headers.host}/up`),
    }),
  "redirects to a login": () => listen({ answer: (_, response) => redirect(response, "/login") }),
  "answers 404": () => listen({ answer: (_, response) => end(response, 404, "Not Found") }),
  "refuses the host": () => listen({ answer: (_, response) => end(response, 400, "Invalid Host") }),
  "is not HTTP": () =>
    void createPlainServer((socket) => void socket.end("SSH-2.0-faulty\r\n")).listen(PORT),
  "hangs up": () => void createPlainServer((socket) => socket.destroy()).listen(PORT),
  "listens on loopback": () => listen({ address: "127.0.0.1" }),
  "listens on another port": () => listen({ port: 8080 }),
  "ignores SIGTERM": () => {
    process.removeAllListeners("SIGTERM");
    process.on("SIGTERM", () => process.stdout.write("SIGTERM is ignored\n"));
    listen();
  },
  "takes all memory": () => {
    const taken: Uint8Array[] = [];
    process.stdout.write("Filling the cache\n");
    setInterval(() => taken.push(new Uint8Array(8 * 1024 * 1024).fill(1)), 10);
  },
  "exits once it is used": () =>
    listen({
      answer: (request, response) => {
        if (request.url === "/up") return end(response, 200, "up");
        process.stderr.write("Unhandled exception in the first page\n");
        process.exit(1);
      },
    }),
};

interface Listening {
  readonly address?: string;
  readonly port?: number;
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void;
}

function listen(options: Listening = {}): void {
  const { address = "0.0.0.0", port = PORT } = options;
  const { answer = (_, response) => end(response, 200, "good") } = options;
  const server = createServer(answer);
  server.keepAliveTimeout = 120_000;
  server.listen(port, address, () => process.stdout.write(`Listening on ${address}:${port}\n`));
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "X-App-Version": "faulty" }).end(`${text}\n`);
}

function redirect(response: ServerResponse, location: string): void {
  response.setHeader("Location", location);
  end(response, 301, "");
}

process.on("SIGTERM", () => process.exit(0));
const fault = FAULTS[FAULT];
if (fault === undefined) throw new Error(`Cannot begin: there is no fault "${FAULT}"`);
// Late by so much since the process began.
const lateMs = Number(process.env["LATE_MS"] ?? 0);
setTimeout(fault, Math.max(0, lateMs - process.uptime() * 1000));
