/**
 * Chooses what the engine's sockets are made of.
 *
 * The rule: the choice is made here alone; all else sees a {@linkcode Network}.
 *
 * @module
 */
import { createBunNetwork } from "./bun_sockets.ts";
import type { Log } from "./connection_options.ts";
import { createNodeNetwork } from "./node_sockets.ts";
import { findBunSockets } from "./runtime.ts";
import type { Network } from "./socket.ts";

/** The kinds of sockets: `node:net` works everywhere, Bun's own cost less where they are. */
export type SocketKind = "node" | "bun";

/** The kinds that this runtime has, the best one first. */
export function listSocketKinds(): readonly [SocketKind, ...SocketKind[]] {
  return findBunSockets() === undefined ? ["node"] : ["bun", "node"];
}

/** Sockets of `kind`; of the best one that this runtime has, unless given. */
export function createNetwork(log: Log, kind: SocketKind = listSocketKinds()[0]): Network {
  const node = createNodeNetwork(log);
  const bun = kind === "bun" ? findBunSockets() : undefined;
  return bun === undefined ? node : createBunNetwork(bun, log, node);
}
