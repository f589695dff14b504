/**
 * One round of the fuzzer: a client, its upstreams, and what must hold whatever they send.
 *
 * The rule: a round is its seed; it throws where something does not hold.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type MemoryNetwork, type MemorySocket, settle } from "../memory_network.ts";
import type { MemoryEngine } from "../strictness/run_case.ts";
import { GET, OK } from "../strictness/strictness_case.ts";
import {
  readAnswers,
  readRequests,
  readUpstreamAnswers,
  type WireMessage,
} from "../strictness/strict_reader.ts";
import { type MadeRequest, makeAnswer, makeRequest } from "./generate_message.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { type ScriptedAnswer, ScriptedUpstream, type UpstreamRecord } from "./scripted_upstream.ts";

/** What one delivery of a round came to. */
interface Outcome {
  readonly client: string;
  readonly clientEnd: MemorySocket["howEnded"];
  readonly records: readonly UpstreamRecord[];
}

/** What the client sends, and how the upstreams answer. */
interface Plan {
  readonly client: string;
  /** Requests that are certain to arrive: those before the first spoiled octet. */
  readonly certain: readonly MadeRequest[];
  readonly script: (index: number, request: WireMessage | undefined) => ScriptedAnswer;
  /** Whether the outcome may depend on what comes first. */
  readonly isRacy: boolean;
}

/** More than a spoiled stream can turn out to hold. */
const MAX_REQUESTS = 30;

/** Runs the round of `seed`. */
export async function runFuzzRound(memory: MemoryEngine, seed: number): Promise<void> {
  const random = new Random(seed);
  const kind = random.pick(["client", "client", "answer", "chaos", "chaos"]);
  const plan = makePlan(kind, seed);
  const whole = await deliver(memory, plan, { cuts: [], random });
  checkOutcome(plan, whole);
  const pieces = plan.client.length < 300 && random.oneIn(3)
    ? Array.from({ length: Math.max(0, plan.client.length - 1) }, (_, index) => index + 1)
    : random.cuts(plan.client, 6);
  const cut = await deliver(memory, makePlan(kind, seed, random), { cuts: pieces, random });
  checkOutcome(plan, cut);
  if (!plan.isRacy) assert.deepEqual(summarize(cut), summarize(whole), "differs by how it arrives");
}

/** The plan of a seed; with `splitter` its answers arrive in pieces. */
function makePlan(kind: string, seed: number, splitter?: Random): Plan {
  const random = new Random(seed ^ 0x5eed);
  const requests = Array.from(
    { length: kind === "answer" ? 1 : 1 + random.below(4) },
    (_, number) => makeRequest(random, { number, mayBeHead: kind !== "chaos" }),
  );
  const spoiledAt = kind === "answer" || random.oneIn(3)
    ? requests.length
    : random.below(requests.length);
  const client = requests.map(({ text }, index) =>
    index === spoiledAt ? mutate(text, random) : text
  )
    .join("");
  const pieces = (text: string): readonly string[] =>
    splitter === undefined || kind === "client" ? [text] : splitAt(text, splitter.cuts(text, 4));
  const script = (index: number, request: WireMessage | undefined): ScriptedAnswer => {
    const own = new Random(seed ^ Math.imul(index + 1, 0x9e3779b1));
    const method = request?.startLine.split(" ")[0] ?? "GET";
    const made = makeAnswer(own, index, method);
    if (kind === "client") {
      return { pieces: [made.text], end: made.closes ? "FIN" : "nothing", isEarly: false };
    }
    const text = own.oneIn(4) ? made.text : mutate(made.text, own);
    const ends = kind === "answer" ? ["FIN"] as const : ["nothing", "FIN", "FIN", "reset"] as const;
    return {
      pieces: pieces(text),
      end: own.pick([...ends]),
      isEarly: kind === "chaos" && own.oneIn(4),
    };
  };
  return { client, certain: requests.slice(0, spoiledAt), script, isRacy: kind === "chaos" };
}

async function deliver(
  { network, engine }: MemoryEngine,
  plan: Plan,
  { cuts, random }: { readonly cuts: readonly number[]; readonly random: Random },
): Promise<Outcome> {
  network.dialled.length = 0;
  network.isRefusing = false;
  const upstream = new ScriptedUpstream(network, plan.script);
  const client = network.connect();
  const act = async () => {
    await settle();
    while (await upstream.act(settle));
    if (!plan.isRacy) return;
    network.isRefusing = random.oneIn(8);
    disturb(random, [client, ...network.dialled]);
  };
  for (const piece of splitAt(plan.client, cuts)) {
    client.feed(piece);
    await act();
  }
  client.feedEnd();
  await act();
  // What waits for room, or for more of an upstream's answer, comes to an end now.
  for (let left = MAX_REQUESTS; left > 0 && client.howEnded === "open"; left--) {
    for (const socket of [client, ...network.dialled]) socket.drain();
    await settle();
    upstream.end();
    await act();
  }
  const outcome = { client: client.written, clientEnd: client.howEnded, records: upstream.records };
  assert.notEqual(client.howEnded, "open", "the client's connection hangs");
  client.feedReset();
  for (const socket of network.dialled) socket.feedReset();
  await settle();
  const report = engine.report();
  assert.equal(report.connections, 0, "a connection is left");
  for (const { inFlight, streams } of report.generations) assert.equal(inFlight + streams, 0);
  await checkNextClient(network);
  return outcome;
}

/** Nothing of a round is left for the next client, and its seed alone repeats it. */
async function checkNextClient(network: MemoryNetwork): Promise<void> {
  network.dialled.length = 0;
  network.isRefusing = false;
  const client = network.connect();
  client.feed(GET);
  await settle();
  const [upstream] = network.dialled;
  const { messages, rest, fault } = readRequests(upstream?.written ?? "");
  assert.deepEqual(
    [messages.length, rest, fault],
    [1, "", undefined],
    "the next request is spoiled",
  );
  messages.forEach(checkRequest);
  const answer = OK.replace("Content-Length", "Date: today\r\nContent-Length");
  upstream?.feed(answer);
  await settle();
  assert.equal(client.written, answer, "the next answer is spoiled");
  client.feedReset();
  upstream?.feedReset();
  await settle();
}

/** Buffers that are full, and have room again; connections that are reset. */
function disturb(random: Random, sockets: readonly MemorySocket[]): void {
  for (const socket of sockets) {
    if (random.oneIn(4)) socket.isFull = true;
    else if (socket.isFull) socket.drain();
    if (random.oneIn(60)) socket.feedReset();
  }
}

function splitAt(text: string, cuts: readonly number[]): readonly string[] {
  const edges = [0, ...cuts, text.length];
  return edges.slice(1).map((end, index) => text.slice(edges[index], end));
}

function isEnded({ clientEnd }: Outcome): boolean {
  return clientEnd === "ended" || clientEnd === "destroyed";
}

/** What must hold of every delivery. */
function checkOutcome(plan: Plan, outcome: Outcome): void {
  const seen = outcome.records.flatMap(({ socket, said }) => {
    if (isTunnel(said)) return [];
    const reading = readRequests(socket.written);
    assert.equal(reading.fault, undefined, "the upstream sees something malformed");
    reading.messages.forEach(checkRequest);
    return reading.messages;
  });
  if (outcome.records.some(({ said }) => isTunnel(said))) return;
  if (!plan.isRacy) {
    const paths = seen.map(({ startLine, body }) =>
      `${startLine.replace(/\?.*| HTTP.*/g, "")} ${body}`
    );
    const sure = plan.certain.map(({ method, path, body }) => `${method} ${path} ${body}`);
    assert.deepEqual(paths.slice(0, sure.length), sure, "a valid request did not arrive as it was");
  }
  checkAnswers(outcome);
}

function isTunnel(said: string): boolean {
  return /^HTTP\/1\.[01] 101/m.test(said);
}

const FOR_ONE_HOP =
  /^(connection|keep-alive|te|upgrade|proxy-connection|x-hop|content_length|transfer_encoding)$/;

/** RFC 9112, 3.2 and 9110, 7.6.1. */
function checkRequest({ startLine, fields, trailers }: WireMessage): void {
  const names = fields.map(([name]) => name);
  for (const name of ["host", "x-forwarded-for", "x-forwarded-proto"]) {
    assert.equal(names.filter((other) => other === name).length, 1, `${name} in ${startLine}`);
  }
  assert.ok(names.includes("x-request-id") && names.includes("x-request-start"));
  assert.ok(!names.includes("x_forwarded_proto"));
  const trailerNames = trailers.map(([name]) => name);
  assert.ok(!trailerNames.some((name) => /^(host|content-length|transfer-encoding)$/.test(name)));
  assert.deepEqual(
    names.filter((name) => FOR_ONE_HOP.test(name) && name !== "x-hop").filter((name) =>
      !(names.includes("upgrade") && (name === "upgrade" || name === "connection"))
    ),
    [],
  );
}

/** No answer looks whole that its upstream did not complete, and none comes twice. */
function checkAnswers(outcome: Outcome): void {
  const whole = outcome.records.flatMap(({ said, hasEnded, asked }) =>
    readUpstreamAnswers(said, inOrder([...asked.values()]), hasEnded).messages
  );
  const answers = readClient(outcome);
  assert.equal(answers.fault, undefined, "the client sees something malformed");
  for (const answer of answers.messages) {
    const tag = tagOf(answer.fields);
    if (tag === undefined) continue;
    // A spoiled answer can carry the tag of another one.
    const at = whole.findIndex(({ fields, body }) => tagOf(fields) === tag && body === answer.body);
    assert.notEqual(at, -1, `answer ${tag} looks whole and is not, or came twice: ${answer.body}`);
    whole.splice(at, 1);
  }
  if (outcome.clientEnd !== "reset") assert.equal(answers.rest, "", "half an answer looks whole");
}

/** What the client got; an answer of the proxy's own to a HEAD announces what it leaves out. */
function readClient(outcome: Outcome): ReturnType<typeof readAnswers> {
  const text = outcome.client.replaceAll(
    /Content-Length: \d+(\r\nCache-Control: no-store\r\n(?:[^\r]+\r\n){1,2}\r\n)(?!luma-proxy: )/g,
    "Content-Length: 0$1",
  );
  const methods = new Map(outcome.records.flatMap(({ asked }) => [...asked]));
  const [first = ""] = methods.values();
  const methodOf = (fields: WireMessage["fields"]): string => {
    const tag = tagOf(fields);
    // Only the proxy's own answers say that they must not be kept.
    if (tag === undefined && fields.some(([name]) => name === "cache-control")) return "";
    return methods.get(Number(tag)) ?? (methods.size === 1 ? first : "");
  };
  return readAnswers(text, methodOf, isEnded(outcome));
}

/** The methods one after the other, for answers that come in the requests' order. */
function inOrder(methods: readonly string[]): () => string {
  let next = 0;
  return () => methods[next++] ?? "";
}

function tagOf(fields: WireMessage["fields"]): string | undefined {
  return fields.find(([name]) => name === "x-tag")?.[1];
}

/** What must not depend on how octets arrive. */
function summarize(outcome: Outcome): unknown {
  const seen = outcome.records.flatMap(({ socket }) => readRequests(socket.written).messages);
  const { messages } = readClient(outcome);
  const plain = (message: WireMessage) => ({
    ...message,
    fields: message.fields.filter(([name]) => name !== "x-request-id"),
  });
  return {
    requests: seen.map(plain),
    answers: messages.map(plain),
    isReset: outcome.clientEnd === "reset",
  };
}
