/**
 * The program of a process with an engine that can be robbed of its file descriptors.
 *
 * Takes the kind of its sockets and the port of its upstream. Answers each line on standard input
 * with one on standard output: `take`, `give back`, `report`.
 *
 * The rule: while they are taken, all that are free are taken right before each dial, so that none is
 * left for it, whatever was closed meanwhile.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import type { SocketKind } from "../../../../proxy/engine/network.ts";
import { startEngine } from "../test_engine.ts";

/** What this process says of its engine. */
export interface StarvedReport {
  /** Endpoints that the engine called down. */
  readonly failed: readonly unknown[];
  readonly logged: readonly string[];
  readonly examples: readonly string[];
  /** Requests that were refused for want of something in this process. */
  readonly shortages: number;
  readonly dialFailures: number;
}

const [, , kind, upstreamPort] = process.argv;
const taken: number[] = [];
let isTaking = false;

function takeAll(): string {
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }
}

const engine = await startEngine({ ports: [Number(upstreamPort)] }, {
  kind: kind as SocketKind,
  network: (network) => ({
    ...network,
    dial: (address, callbacks) => {
      if (isTaking) takeAll();
      return network.dial(address, callbacks);
    },
  }),
});

function report(): StarvedReport {
  const { refused, dialFailures } = engine.engine.report().traffic;
  const { failed, logged } = engine;
  const { examples } = engine.generation();
  return { failed, logged, examples, shortages: refused.shortage, dialFailures };
}

function obey(line: string): unknown {
  switch (line) {
    case "take":
      isTaking = true;
      return takeAll();
    case "give back":
      isTaking = false;
      for (const file of taken.splice(0)) closeSync(file);
      return "given back";
    case "report":
      return report();
  }
  throw new Error(`Unknown line "${line}"`);
}

const answer = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);
answer(engine.port);
createInterface({ input: process.stdin }).on("line", (line) => answer(obey(line)))
  .on("close", () => process.exit(0));
