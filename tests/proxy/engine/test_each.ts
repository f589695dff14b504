/**
 * Runs a test once with every kind of sockets that the runtime has.
 *
 * The rule: a test says nothing of sockets; what it starts an engine with decides.
 *
 * @module
 */
import { test } from "node:test";
import { listSocketKinds } from "../../../proxy/engine/network.ts";
import { startEngine } from "./test_engine.ts";

/** Starts an engine; a test gets one for each kind of sockets. */
export type StartEngine = typeof startEngine;

/** Declares `body` as a test for each kind of sockets, which its name says. */
export function testEach(
  name: string,
  body: (startEngine: StartEngine) => Promise<void>,
): void {
  for (const kind of listSocketKinds()) {
    test(
      `${name}, on ${kind} sockets`,
      () => body((routes, options = {}) => startEngine(routes, { kind, ...options })),
    );
  }
}
