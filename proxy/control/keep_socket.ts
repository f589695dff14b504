/**
 * Keeps the control socket on its path, as long as no other proxy has taken the path.
 *
 * The rule: only another process that answers there ends this one. A socket that was taken away is no
 * reason to stop serving requests, and neither is a disk that does not say what is there.
 *
 * @module
 */
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Control } from "./control.ts";
import { bindControlSocket, type BoundSocket, isAnswered } from "./control_socket.ts";

/** The socket of a control process, wherever it is. */
export interface ControlSocket {
  /** Whether nothing, or something else, is on the path. */
  readonly isLost: () => Promise<boolean>;
  /** Whether another process answers on the path. */
  readonly isTaken: () => Promise<boolean>;
  /** Answers on the path, in the place of whatever is there. */
  readonly bind: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const LOOK_EVERY_MS = 1_000;

/** The socket on `path`, not bound yet; a server is made for each time that it is. */
export function makeControlSocket(
  makeServer: () => Server,
  path: string,
  pid: number,
): ControlSocket {
  let bound: BoundSocket | undefined;
  let isClosed = false;
  const look = async () => await bound?.look() ?? "gone";
  return {
    isLost: async () => ["other", "gone"].includes(await look()),
    isTaken: async () => await look() === "other" && await isAnswered(path),
    bind: async () => {
      const former = bound;
      bound = await bindControlSocket(makeServer(), path, pid);
      former?.leave();
      if (isClosed) await bound.close();
    },
    close: async () => {
      isClosed = true;
      await bound?.close();
    },
  };
}

/**
 * Resolves when another proxy has put its socket on the path: two that were started at the same
 * moment both found nobody to take over from, and only one of them may go on. A socket that somebody
 * took away is put there again.
 */
export async function keepSocket(
  control: Control,
  socket: ControlSocket,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined;
  while (!signal.aborted) {
    const loss = await findLoss(control, socket);
    if (loss === "taken") return;
    told = loss === "lost" ? await putBack(control, socket, told) : undefined;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What has become of the path. While another process holds the role, it is that one's business. */
async function findLoss(
  control: Control,
  socket: ControlSocket,
): Promise<"taken" | "lost" | undefined> {
  if (!control.isActive || !await socket.isLost()) return undefined;
  const isTaken = await socket.isTaken();
  // The role may have been handed over meanwhile.
  if (!control.isActive) return undefined;
  return isTaken ? "taken" : "lost";
}

/** @returns Why it could not be put back; a reason that was `told` before is not told again. */
async function putBack(
  control: Control,
  socket: ControlSocket,
  told: string | undefined,
): Promise<string | undefined> {
  try {
    await socket.bind();
    control.warn("The control socket was taken away, and is there again");
    return undefined;
  } catch (error) {
    const reason = (error as Error).message;
    if (reason !== told) control.warn(`Cannot make the control socket again: ${reason}`);
    return reason;
  }
}
