/**
 * A small database over HTTP, and an app that cannot live without it: the programs of one image.
 *
 * The rule: the database keeps what it is given in a file, and says so only when it is written.
 *
 *     bun store.ts serve      PUT and GET /NAME, in the folder DATA; with BROKEN set it ends at once
 *     bun store.ts app        GET / answers with the store's /greeting; ends at once without a store
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import process from "node:process";

const { DATA = "/data", BROKEN, STORE = "http://db:5000", TOKEN = "", GREETING = "" } = process.env;

async function serveStore(): Promise<void> {
  if (BROKEN !== undefined) {
    process.stderr.write(`cannot open the store: ${BROKEN}, token ${TOKEN}\n`);
    process.exit(7);
  }
  mkdirSync(DATA, { recursive: true });
  await listen(5000, async (request, response) => {
    const file = `${DATA}${request.url}`;
    if (request.method === "PUT") writeFileSync(file, await readBody(request));
    response.end(request.url === "/env" ? `${GREETING}|${TOKEN}` : readFileSync(file));
  });
}

async function serveApp(): Promise<void> {
  await fetch(`${STORE}/env`);
  await listen(3000, async (request, response) => {
    if (request.url === "/up") return void response.end("up");
    response.end(await (await fetch(`${STORE}/greeting`)).text());
  });
}

function listen(
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.statusCode = 500;
      response.end(`${error}`);
    });
  });
  process.once("SIGTERM", () => server.close(() => process.exit(0)).closeAllConnections());
  return new Promise((done) => server.listen(port, () => done()));
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

if (import.meta.main) await (process.argv[2] === "app" ? serveApp() : serveStore());
