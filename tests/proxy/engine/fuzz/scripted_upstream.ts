/**
 * Upstreams that answer every request that is complete with the next answer of a script.
 *
 * The rule: they act on what is written to them and on nothing else, so that a round can be repeated.
 *
 * @module
 */
import type { MemoryNetwork, MemorySocket } from "../memory_network.ts";
import { readRequests, type WireMessage } from "../strictness/strict_reader.ts";

/** One answer of a script. */
export interface ScriptedAnswer {
  /** The pieces in which it is sent. */
  readonly pieces: readonly string[];
  /** What comes behind it. */
  readonly end: "nothing" | "FIN" | "reset";
  /** Whether it is sent as soon as anything of a request is there. */
  readonly isEarly: boolean;
}

/** What one connection has said, and was asked. */
export interface UpstreamRecord {
  readonly socket: MemorySocket;
  /** Octets sent on it. */
  said: string;
  hasEnded: boolean;
  /** The methods that it answered, by the number of the answer in the script. */
  readonly asked: Map<number, string>;
}

/** The upstreams of one round. */
export class ScriptedUpstream {
  readonly records: UpstreamRecord[] = [];
  readonly #network: MemoryNetwork;
  readonly #script: (index: number, request: WireMessage | undefined) => ScriptedAnswer;
  #count = 0;

  constructor(
    network: MemoryNetwork,
    script: (index: number, request: WireMessage | undefined) => ScriptedAnswer,
  ) {
    this.#network = network;
    this.#script = script;
  }

  /** Ends all connections. */
  end(): void {
    for (const record of this.records) {
      if (record.hasEnded) continue;
      record.hasEnded = true;
      record.socket.feedEnd();
    }
  }

  /** Answers what is complete now; `settle` is awaited behind every piece. True: something was done. */
  async act(settle: () => Promise<void>): Promise<boolean> {
    for (const socket of this.#network.dialled.slice(this.records.length)) {
      this.records.push({ socket, said: "", hasEnded: false, asked: new Map() });
    }
    let hasActed = false;
    for (const record of this.records) {
      if (record.socket.howEnded !== "open" || record.hasEnded) continue;
      const { messages, rest } = readRequests(record.socket.written);
      const request = messages[record.asked.size];
      if (request === undefined && rest === "") continue;
      const answer = this.#script(this.#count, request);
      if (request === undefined && !answer.isEarly) continue;
      record.asked.set(this.#count++, request?.startLine.split(" ")[0] ?? "");
      await say(record, answer, settle);
      hasActed = true;
    }
    return hasActed;
  }
}

async function say(
  record: UpstreamRecord,
  { pieces, end }: ScriptedAnswer,
  settle: () => Promise<void>,
): Promise<void> {
  for (const piece of pieces) {
    record.said += piece;
    record.socket.feed(piece);
    await settle();
  }
  if (end === "nothing") return;
  record.hasEnded = true;
  if (end === "FIN") record.socket.feedEnd();
  else record.socket.feedReset();
  await settle();
}
