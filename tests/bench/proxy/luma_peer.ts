/**
 * luma-proxy as one of the proxies that are compared: the executable as it ships.
 *
 * The rule: it is told what to do over its control socket, as by a deployment.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Color, Operation, Operations } from "../../../proxy/api.ts";
import { callOperation } from "../../../proxy/control/call_control.ts";
import type { PeerSetup } from "./peers.ts";
import { prepareProgram, type Running, startProgram } from "./processes.ts";

const PROJECT = "bench";
const START_ATTEMPTS = 100;

/** A switch of one of luma-proxy's routes. */
export interface LumaSwitch {
  readonly app: string;
  readonly host: string;
  readonly ports: readonly number[];
  /** The generation that serves now; 0 where there is none. */
  readonly generation: number;
}

/** Starts it with a worker for each processor, and waits until every route is served. */
export async function startLuma(program: string, setup: PeerSetup): Promise<Running> {
  const { folder, port, cpus, routes, accessLog } = setup;
  mkdirSync(folder, { recursive: true });
  const listen = ["--listen", "127.0.0.1", "--http-port", String(port)];
  const state = ["--state-dir", folder, "--socket", socketOf(folder)];
  const workers = ["--workers", String(cpus.split(",").length)];
  const log = accessLog ? ["--access-log", join(folder, "access.log")] : [];
  const argv = [program, "run", ...listen, ...state, ...workers, ...log];
  return await prepareProgram(await startProgram(argv, port, setup), async () => {
    await waitForControl(folder);
    for (const [index, { host, ports }] of routes.entries()) {
      await switchLuma(folder, { app: `s${index}`, host, ports, generation: 0 });
    }
  });
}

/** Its workers listen a moment before its socket does. */
async function waitForControl(folder: string): Promise<void> {
  for (let left = START_ATTEMPTS;; left--) {
    try {
      return await call(folder, "status", {});
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    }
  }
}

/** Switches a route to the other color, and lets the old one's connections end. */
export async function switchLuma(
  folder: string,
  { app, host, ports, generation }: LumaSwitch,
): Promise<void> {
  const [color, old] = colorsOf(generation);
  await call(folder, "switch", {
    project: PROJECT,
    app,
    expectedGeneration: generation,
    color,
    deployment: `d${generation}`,
    endpoints: ports.map((port) => ({ address: "127.0.0.1", port, name: `${color}-${port}` })),
    options: {
      hosts: [host],
      path: "/",
      health: { path: "/up", intervalMs: 30_000, timeoutMs: 1_000, retries: 3 },
      forwardHeaders: false,
    },
  });
  if (generation === 0) return;
  const patience = { timeoutMs: 500, streamTimeoutMs: 500 };
  await call(folder, "drain", { project: PROJECT, app, color: old, ...patience });
}

/** The color of the next generation, and that of this one. */
function colorsOf(generation: number): readonly [next: Color, old: Color] {
  return generation % 2 === 0 ? ["blue", "green"] : ["green", "blue"];
}

async function call<O extends Operation>(
  folder: string,
  operation: O,
  request: Operations[O]["request"],
): Promise<void> {
  const lines = callOperation(operation, request, { socketPath: socketOf(folder) });
  for await (const _line of lines) {
    // It is over when the last line was told; a failure is thrown.
  }
}

function socketOf(folder: string): string {
  return join(folder, "control.sock");
}
