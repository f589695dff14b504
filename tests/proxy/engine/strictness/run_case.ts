/**
 * Runs one case of strictness through a whole engine in memory, its octets cut wherever one likes.
 *
 * The rule: what is returned says all that the client and the upstream could see.
 *
 * @module
 */
import type { Engine } from "../../../../proxy/engine/engine.ts";
import { type MemoryNetwork, type MemorySocket, settle } from "../memory_network.ts";
import type { StrictnessCase } from "./strictness_case.ts";

/** What came of a case. */
export interface CaseResult {
  readonly client: string;
  readonly clientEnd: MemorySocket["howEnded"];
  readonly upstream: string;
}

/** An engine in memory. */
export interface MemoryEngine {
  readonly engine: Engine;
  readonly network: MemoryNetwork;
}

/** Where the octets of either side are cut; the offsets grow. */
export interface Cuts {
  readonly request: readonly number[];
  readonly answer: readonly number[];
}

/** Runs `one` on `memory`. */
export async function runCase(
  memory: MemoryEngine,
  one: StrictnessCase,
  cuts: Cuts,
): Promise<CaseResult> {
  const { network } = memory;
  const before = network.dialled.length;
  const client = network.connect();
  for (const piece of pieces(one.request, cuts.request)) {
    client.feed(piece);
    if (cuts.request.length > 0) await settle();
  }
  if (one.requestEnds) client.feedEnd();
  await settle();
  const upstream = network.dialled[before];
  if (upstream !== undefined && one.outcome.kind !== "body refused") {
    await answerCase(upstream, one, cuts.answer);
  }
  const result = {
    client: client.written,
    clientEnd: client.howEnded,
    upstream: upstream?.written ?? "",
  };
  client.feedReset();
  for (const socket of network.dialled) socket.feedReset();
  network.dialled.length = 0;
  await settle();
  return result;
}

async function answerCase(
  upstream: MemorySocket,
  { answer, answerEnds, outcome }: StrictnessCase,
  cuts: readonly number[],
): Promise<void> {
  for (const piece of pieces(answer, cuts)) {
    upstream.feed(piece);
    if (cuts.length > 0) await settle();
  }
  await settle();
  const isWhole = outcome.kind === "passed" || outcome.kind === "answered early";
  if (isWhole && !answerEnds) return;
  upstream.feedEnd();
  await settle();
}

function pieces(text: string, cuts: readonly number[]): readonly string[] {
  const edges = [0, ...cuts, text.length];
  return edges.slice(1).map((end, index) => text.slice(edges[index], end)).filter((piece) =>
    piece !== ""
  );
}
