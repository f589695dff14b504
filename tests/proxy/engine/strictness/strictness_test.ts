/** Every case of strictness on real sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { listSocketKinds, type SocketKind } from "../../../../proxy/engine/network.ts";
import { startEngine } from "../test_engine.ts";
import { type Wire, WireServer } from "../wire.ts";
import { readAnswers, readRequests } from "./strict_reader.ts";
import { GET, type Outcome, routeFor, type StrictnessCase } from "./strictness_case.ts";
import { STRICTNESS_GROUPS } from "./strictness_cases.ts";

/** How octets are written: in one piece, or one by one, each in a packet of its own. */
type Write = (wire: Wire, text: string) => Promise<void>;

/** Runs a case on sockets of `kind`, and throws where it does not come to its outcome. */
async function runOnSockets(kind: SocketKind, one: StrictnessCase, write: Write): Promise<void> {
  await using upstream = await WireServer.listen();
  await using engine = await startEngine({ ports: [upstream.port], ...routeFor(one) }, {
    kind,
    settings: { lingerMs: 300 },
  });
  await using client = await engine.dial();
  const written = write(client, one.request).then(() => one.requestEnds && client.end());
  await judge(one, { client, upstream, write });
  await written;
  assert.equal(engine.generation().failed, FAILED.has(one.outcome.kind) ? 1 : 0);
  assert.deepEqual(engine.logged, []);
}

/** Of these the app is to blame. */
const FAILED: ReadonlySet<Outcome["kind"]> = new Set(["answer replaced", "answer cut"]);

interface Ends {
  readonly client: Wire;
  readonly upstream: WireServer;
  readonly write: Write;
}

async function judge({ outcome, answer, answerEnds }: StrictnessCase, ends: Ends): Promise<void> {
  const { client, upstream, write } = ends;
  if (outcome.kind === "refused") {
    await requireRefusal(client, outcome.status);
    assert.equal(upstream.count, 0, "the upstream sees nothing");
    return;
  }
  const wire = await upstream.accept();
  if (outcome.kind === "body refused") {
    await requireRefusal(client, outcome.status);
    const seen = readRequests(await wire.readToEnd());
    assert.deepEqual([seen.messages, seen.fault], [[], undefined]);
    return;
  }
  await wire.readHead();
  await write(wire, answer);
  if (answerEnds) wire.end();
  if (outcome.kind === "passed") return await requirePassed(client, upstream, outcome.closes);
  if (outcome.kind === "answered early") return await requireEarly(client, wire);
  wire.end();
  if (outcome.kind === "answer cut") {
    assert.equal(await client.closed(), "ECONNRESET");
    return assert.deepEqual(readAnswers(client.pending, () => "GET", false).messages, []);
  }
  await client.readUntil("HTTP/1.1 502 ");
  await client.readUntil("luma-proxy: ");
  client.write(GET);
  await (await upstream.accept()).readHead();
}

/** RFC 9112, 9.6: the answer can be read, whatever the client still sends. */
async function requireRefusal(client: Wire, status: number): Promise<void> {
  const text = await client.readToEnd();
  const { messages, rest } = readAnswers(text, () => "GET", true);
  assert.deepEqual(messages.map(({ startLine }) => startLine.slice(0, 13)), [
    `HTTP/1.1 ${status} `,
  ]);
  assert.match(text, /\r\nConnection: close\r\n/);
  assert.equal(rest, "");
  client.write("x".repeat(50_000));
  client.end();
  assert.equal(await client.closed(), "in order");
}

/** RFC 9112, 9.6: the answer can be read, whatever the client still sends. */
async function requireEarly(client: Wire, upstream: Wire): Promise<void> {
  const { messages, rest } = readAnswers(await client.readToEnd(), () => "GET", true);
  assert.deepEqual(messages.map(({ body }) => body), ["ok"]);
  assert.equal(rest, "");
  const seen = readRequests(await upstream.readToEnd());
  assert.deepEqual([seen.messages, seen.fault], [[], undefined]);
  client.write("x".repeat(50_000));
  client.end();
  assert.equal(await client.closed(), "in order");
}

/** The next request on the same connection shows that it stands where a message begins. */
async function requirePassed(client: Wire, upstream: WireServer, closes: boolean): Promise<void> {
  await client.readUntil("HTTP/1.1 ");
  if (closes) {
    assert.match(await client.readToEnd(), /ok$/);
    return;
  }
  // No Host: the proxy answers this one itself, behind all that belongs to the first.
  client.write("GET /next HTTP/1.1\r\n\r\n");
  await client.readUntil("HTTP/1.1 400 Bad Request\r\n");
  assert.equal(upstream.count, 1);
}

const inOnePiece: Write = async (wire, text) => void wire.write(text);
const slowly: Write = (wire, text) => wire.writeSlowly(text);

for (const kind of listSocketKinds()) {
  for (const { title, cases } of STRICTNESS_GROUPS) {
    for (const one of cases) {
      test(`${title}: ${one.name} (RFC ${one.section}), on ${kind} sockets`, () =>
        runOnSockets(kind, one, inOnePiece));
    }

    test(`${title}: the same when octets arrive one at a time, on ${kind} sockets`, async () => {
      const sample = cases.filter(({ request, answer }, index) =>
        index % 3 === 0 && request.length + answer.length < 300
      );
      await Promise.all(sample.map((one) =>
        runOnSockets(kind, one, slowly).catch((error) => {
          throw new Error(`${one.name}: ${error}`);
        })
      ));
    });
  }
}
