/**
 * The example app: an HTTP server that is good, slow or broken on request.
 *
 * The rule: on SIGTERM it takes no more connections and finishes what it has begun; that is all that
 * an app must do so that its deployments lose nothing.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { hostname } from "node:os";
import { answerDownload, answerEcho, answerEvents, answerLater } from "./answers.ts";
import { serveChat } from "./chat.ts";
import { Counter, type RequestKind } from "./counts.ts";

/**
 * What is wrong with this version: nothing; never healthy; healthy but its pages fail; healthy only
 * after three seconds; ends at once; redirects its health check; does not end on SIGTERM.
 */
type Mode = "good" | "broken" | "flaky-after" | "slow-start" | "crash" | "redirect" | "stubborn";

const MODES: readonly Mode[] = [
  "good",
  "broken",
  "flaky-after",
  "slow-start",
  "crash",
  "redirect",
  "stubborn",
];
const SLOW_START_MS = 3000;
const KINDS: Readonly<Record<string, RequestKind>> = {
  "/slow": "slow",
  "/echo": "echo",
  "/download": "download",
  "/events": "events",
  "/ws": "ws",
};

interface App {
  readonly version: string;
  readonly mode: Mode;
  readonly startedAtMs: number;
  readonly counter: Counter;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the app is to stop. */
  readonly stopping: AbortController;
}

function makeApp(environment: Readonly<Record<string, string | undefined>>): App {
  const version = environment["VERSION"] ?? "v1";
  const mode = MODES.find((known) => known === (environment["MODE"] ?? "good"));
  if (mode === undefined) throw new Error(`Cannot start: MODE is none of ${MODES.join(", ")}`);
  const color = environment["LUMA_COLOR"];
  return {
    version,
    mode,
    startedAtMs: Date.now(),
    counter: new Counter(Date.now),
    headers: {
      "X-App-Version": version,
      "X-App-Replica": hostname(),
      ...(color === undefined ? {} : { "X-App-Color": color }),
    },
    stopping: new AbortController(),
  };
}

function handle(app: App, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://blog");
  const source = request.socket.remoteAddress ?? "unknown";
  for (const [name, value] of Object.entries(app.headers)) response.setHeader(name, value);
  if (app.stopping.signal.aborted) response.setHeader("Connection", "close");
  if (url.pathname === "/up") return answerUp(app, source, response);
  if (url.pathname === "/counts") return answerCounts(app, response);
  const kind = KINDS[url.pathname] ?? "page";
  response.once("close", app.counter.begin(kind, source));
  if (app.mode === "flaky-after") return fail(request, response);
  const seconds = Number(url.searchParams.get("seconds") ?? 0);
  switch (kind) {
    case "page":
    case "ws":
      return void response.end(`${app.version} of the blog, by ${hostname()}\n`);
    case "slow":
      return answerLater(response, seconds * 1000, `${app.version}, after ${seconds} s\n`);
    case "echo":
      return answerEcho(request, response);
    case "download":
      return answerDownload(
        response,
        Number(url.searchParams.get("bytes") ?? 0),
        seconds * 1000,
      );
    case "events":
      return answerEvents(response, app.version, app.stopping.signal);
  }
}

function answerUp(app: App, source: string, response: ServerResponse): void {
  app.counter.health(source);
  if (app.mode === "redirect") response.setHeader("Location", "/elsewhere");
  response.statusCode = healthStatus(app);
  response.end(response.statusCode === 200 ? "up\n" : `not up: ${app.mode}\n`);
}

function healthStatus(app: App): number {
  if (app.mode === "broken") return 500;
  if (app.mode === "redirect") return 302;
  if (app.mode === "slow-start" && Date.now() - app.startedAtMs < SLOW_START_MS) return 503;
  return 200;
}

function answerCounts(app: App, response: ServerResponse): void {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({
    version: app.version,
    replica: hostname(),
    ...app.counter.counts(),
  }));
}

/** Answers 500, after the whole body: an answer before its end would be a second fault. */
function fail(request: IncomingMessage, response: ServerResponse): void {
  response.statusCode = 500;
  request.on("end", () => response.end("this version fails on purpose\n"));
  request.resume();
}

function main(): void {
  const app = makeApp(process.env);
  if (app.mode === "crash") {
    process.stderr.write("This version ends on purpose.\n");
    process.exit(3);
  }
  const server = createServer((request, response) => handle(app, request, response));
  server.on("upgrade", (request: IncomingMessage, socket) => {
    const source = request.socket.remoteAddress ?? "unknown";
    socket.once("close", app.counter.begin("ws", source));
    if (app.mode === "flaky-after") {
      const version = `X-App-Version: ${app.version}\r\n`;
      socket.end(
        `HTTP/1.1 500 On Purpose\r\n${version}Connection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    serveChat(request, socket, { headers: app.headers, signal: app.stopping.signal });
  });
  // A proxy keeps connections to it open: not the app closes them first (except when it stops).
  server.keepAliveTimeout = 120_000;
  server.listen(Number(process.env["PORT"] ?? 3000), "0.0.0.0", () => {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : address;
    process.stdout.write(`The blog ${app.version} (${app.mode}) listens on port ${port}\n`);
  });
  process.on("SIGTERM", () => {
    if (app.mode === "stubborn") return;
    app.stopping.abort();
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

main();
