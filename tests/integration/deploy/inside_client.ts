/**
 * A client inside a project's network: for every request it resolves the name and opens a connection.
 *
 * The rule: it runs in a container of its own, until SIGTERM, and prints what it counted.
 *
 *     bun inside_client.ts http://blog:3000/
 *
 * @module
 */
import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import process from "node:process";

const CLIENTS = 4;
const PAUSE_MS = 20;
const LIMIT_MS = 10_000;

const url = new URL(process.argv[2] ?? "");
const counted = { requests: 0, failed: 0, slowestMs: 0, reasons: [] as string[] };
let stopping = false;
process.on("SIGTERM", () => stopping = true);

async function request(): Promise<void> {
  // A resolver keeps answers for as long as Docker says, 600 s: a new one asks again.
  const [address] = await new Resolver().resolve4(url.hostname);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: address ?? "", port: Number(url.port) });
    let text = "";
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error("no answer in time")));
    socket.on(
      "connect",
      () => socket.write(`GET / HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`),
    );
    socket.on("data", (bytes) => text += bytes);
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
  if (!answer.startsWith("HTTP/1.1 200")) throw new Error(`answer "${answer.slice(0, 40)}"`);
}

async function repeat(): Promise<void> {
  while (!stopping) {
    const startedAtMs = Date.now();
    counted.requests++;
    try {
      await request();
    } catch (error) {
      counted.failed++;
      counted.reasons.push(`${new Date().toISOString()} ${error}`);
    }
    counted.slowestMs = Math.max(counted.slowestMs, Date.now() - startedAtMs);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

await Promise.all(Array.from({ length: CLIENTS }, repeat));
console.log(JSON.stringify(counted));
process.exit(0);
