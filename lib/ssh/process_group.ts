/**
 * Ends a process together with its children.
 *
 * The rule: SIGTERM first, SIGKILL for what is left after two seconds; the first reason is the one
 * that is told.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import process from "node:process";

/** The way to give up a process. */
export interface Stop {
  /** Ends the process group; from the second call on nothing is done. */
  because(this: void, reason: unknown): void;
  /** Resolves when the process is given up; never otherwise. */
  readonly requested: Promise<void>;
  /** @throws The reason of the first call of `because`. */
  throwIfRequested(): void;
}

/** How long a group may take to end on SIGTERM. */
const KILL_AFTER_MS = 2000;

/** Makes the {@linkcode Stop} of a process that leads its own group. */
export function createStop(child: ChildProcess): Stop {
  let first: { readonly reason: unknown } | undefined;
  let onRequest: () => void = () => {};
  const requested = new Promise<void>((resolve) => onRequest = resolve);
  return {
    because(reason) {
      if (first !== undefined) return;
      first = { reason };
      onRequest();
      endGroup(child);
    },
    requested,
    throwIfRequested() {
      if (first !== undefined) throw first.reason;
    },
  };
}

function endGroup(child: ChildProcess): void {
  if (!signalGroup(child, "SIGTERM")) return;
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), KILL_AFTER_MS);
  child.once("exit", () => {
    if (!signalGroup(child, 0)) clearTimeout(timer);
  });
}

/** @returns Whether somebody of the group is there. */
function signalGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  if (child.pid === undefined) return false;
  // Windows has no groups to signal.
  if (process.platform === "win32") return signal !== 0 && child.kill(signal);
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ESRCH") return false;
    // Only a member that runs as another user is left: as good as a group we cannot end.
    if (code === "EPERM") return false;
    // Deno signals groups only with the right to run everything; its own child it may always end.
    return signal !== 0 && child.kill(signal);
  }
}
