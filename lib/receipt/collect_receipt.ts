/**
 * Collects a deployment's receipt from its events.
 *
 * Pure, but for the clock it is given. The rule: what is not reported is not in the receipt.
 *
 * @module
 */
import type { Event } from "../report/events.ts";
import type { StepKind } from "../plan/types.ts";
import type { Durations, Receipt } from "./receipt.ts";

/** What is known of a deployment before it runs. */
export type ReceiptHead = Pick<
  Receipt,
  | "project"
  | "app"
  | "server"
  | "deployment"
  | "by"
  | "host"
  | "atMs"
  | "image"
  | "imageId"
  | "digest"
  | "from"
  | "to"
  | "replicas"
  | "causes"
>;

/** How it ended. */
export type ReceiptEnd = Pick<Receipt, "outcome" | "error" | "evidence">;

const PARTS: Readonly<Record<StepKind, Exclude<keyof Durations, "total">>> = {
  "create-replica": "start",
  "start-replica": "start",
  "check-health": "health",
  "set-restart-policy": "switch",
  "add-alias": "switch",
  "hold": "switch",
  "switch": "switch",
  "watch": "watch",
  "confirm": "cleanup",
  "switch-back": "cleanup",
  "drop-alias": "cleanup",
  "drain": "drain",
  "stop-container": "stop",
  "start-again": "start",
  "remove-container": "cleanup",
  "create-service": "start",
  "start-service": "start",
  "remove-service": "cleanup",
  "rename-service": "cleanup",
  "put-back": "cleanup",
  "remove-route": "cleanup",
  "tag-image": "cleanup",
  "prune": "cleanup",
};

/** Collects facts as they are reported. */
export interface ReceiptCollector {
  add(event: Event): void;
  /** @param totalMs Since the command began. */
  finish(end: ReceiptEnd, totalMs: number): Receipt;
}

/** A collector for one deployment. */
export function createReceiptCollector(head: ReceiptHead): ReceiptCollector {
  const spent = {
    prepare: 0,
    start: 0,
    health: 0,
    switch: 0,
    watch: 0,
    drain: 0,
    stop: 0,
    cleanup: 0,
  };
  let facts: Partial<Receipt> = {};
  return {
    add(event) {
      if (event.kind === "step done") spent[PARTS[event.step]] += event.tookMs;
      else facts = { ...facts, ...factsOf(event) };
    },
    finish(end, totalMs) {
      const known = Object.values(spent).reduce((sum, ms) => sum + ms, 0);
      const durations = { ...spent, prepare: Math.max(0, totalMs - known), total: totalMs };
      return { ...head, ...facts, ...end, durations: roundAll(durations) };
    },
  };
}

function factsOf(event: Event): Partial<Receipt> {
  switch (event.kind) {
    case "switched":
      return { inFlightAtSwitch: event.inFlight };
    case "watched":
      return { watched: { requests: event.requests, failed: event.failed, judged: event.judged } };
    case "switched back":
      return event.failure === undefined ? {} : { failure: event.failure };
    case "gap":
      return { gapMs: Math.round(event.tookMs) };
    case "drained":
      return { drained: event.completed, closedStreams: event.closed, cut: event.cut };
    default:
      return {};
  }
}

function roundAll(durations: Durations): Durations {
  return Object.fromEntries(
    Object.entries(durations).map(([name, ms]) => [name, Math.round(ms)]),
  ) as unknown as Durations;
}
