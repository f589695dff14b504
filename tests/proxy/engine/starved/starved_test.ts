/** What an engine does whose process has no file descriptor left, on real sockets. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { observeRuntime, planSelfCommand } from "../../../../proxy/control/self_command.ts";
import { listSocketKinds, type SocketKind } from "../../../../proxy/engine/network.ts";
import { dialWire, type Wire, WireServer } from "../wire.ts";
import type { StarvedReport } from "./starved_engine.ts";

const DESCRIPTORS = 128;
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

/** An engine in a process of its own. */
interface StarvedEngine {
  readonly port: number;
  readonly ask: (line: "take" | "give back" | "report") => Promise<unknown>;
}

async function withStarvedEngine(
  kind: SocketKind,
  body: (engine: StarvedEngine, upstream: WireServer) => Promise<void>,
): Promise<void> {
  await using upstream = await WireServer.listen();
  const script = fileURLToPath(new URL("./starved_engine.ts", import.meta.url));
  const { execPath, isDeno } = observeRuntime();
  const child = spawn("sh", [
    ...["-c", `ulimit -n ${DESCRIPTORS}; exec "$@"`, "sh"],
    ...[...planSelfCommand({ execPath, isDeno, script }), kind, String(upstream.port)],
  ], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  const ask: StarvedEngine["ask"] = (line) => {
    child.stdin.write(`${line}\n`);
    return next();
  };
  try {
    await body({ port: await next() as number, ask }, upstream);
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.end();
    await ended;
  }
}

async function serve(client: Wire, upstream: WireServer): Promise<void> {
  const wire = await upstream.accept();
  await wire.readHead();
  wire.write(OK);
  await client.readUntil("ok");
  wire.end();
  await wire.closed();
}

for (const kind of listSocketKinds()) {
  test(`Engine answers 503, blames no endpoint, and recovers when descriptors ran out, on ${kind} sockets`, async () => {
    await withStarvedEngine(kind, async ({ port, ask }, upstream) => {
      await using client = await dialWire(port);
      client.write(GET);
      await serve(client, upstream);
      assert.equal(await ask("take"), "EMFILE");
      // The second finds the endpoint still in use.
      for (let count = 0; count < 2; count++) {
        client.write(GET);
        assert.match(await client.readUntil("moment\n"), /^HTTP\/1\.1 503 /);
      }
      assert.equal(await ask("give back"), "given back");
      const report = await ask("report") as StarvedReport;
      assert.deepEqual([report.failed, report.dialFailures, report.shortages], [[], 0, 2]);
      const key = `127.0.0.1:${upstream.port}`;
      assert.deepEqual(report.logged, [`Connect to ${key}: short of file descriptors (EMFILE)`]);
      assert.equal(report.examples.at(-1), `GET /: connect ${key}: EMFILE`);
      client.write(GET);
      await serve(client, upstream);
    });
  });

  // Deno ends a listener that has no descriptor for a connection, and nobody can see that it did: what
  // keeps it from that is the limit of connections.
  if (observeRuntime().isDeno) continue;
  test(`Engine accepts what waited while descriptors were few, on ${kind} sockets`, async () => {
    await withStarvedEngine(kind, async ({ port, ask }, upstream) => {
      await using first = await dialWire(port);
      first.write(GET);
      await serve(first, upstream);
      assert.equal(await ask("take"), "EMFILE");
      await using second = await dialWire(port);
      second.write(GET);
      first.write(GET);
      assert.match(await first.readUntil("moment\n"), /^HTTP\/1\.1 503 /);
      assert.equal(await ask("give back"), "given back");
      await serve(second, upstream);
      assert.deepEqual((await ask("report") as StarvedReport).failed, []);
    });
  });
}
