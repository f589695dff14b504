/**
 * Hands the role of the control process over to a newer one, or takes it back.
 *
 * The rule: at any time one process writes the state. The old one stops when it is asked, and the
 * new one holds that connection until it answers on the socket; if the connection ends before, the
 * new one is dead, and the old one goes on.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { callControl } from "./call_control.ts";
import { type Control, retiredFailure } from "./control.ts";
import { OperationError } from "./failure.ts";

/** What the old process needs to hand over. */
export interface HandOverOptions {
  readonly control: Control;
  readonly pid: number;
  /** Whether another process answers on the socket. */
  readonly isTaken: () => Promise<boolean>;
  /** Answers on the socket again, where the path was lost. */
  readonly takeBack: () => Promise<void>;
  /** Ends this process' work. */
  readonly onTaken: () => void;
}

/** The role, held by the new process while it starts. */
export interface HeldRole {
  /** The process that had it. */
  readonly pid: number;
  /** Lets the old process find out who answers on the socket: it ends, or goes on. */
  readonly release: () => void;
}

/** Milliseconds between two lines that keep the connection alive. */
const ALIVE_MS = 1_000;
/** Milliseconds that the old process has to hand over: a switch under way may have to end. */
const HAND_OVER_MS = 20_000;

/** Carries out `hand-over` in the old process: it lasts as long as the new one holds on to it. */
export async function* handOver(
  options: HandOverOptions,
  signal: AbortSignal,
): AsyncGenerator<{ readonly kind: "handed over"; readonly pid: number }> {
  const { control, pid } = options;
  if (!control.isActive) throw new OperationError(retiredFailure());
  await control.retire();
  control.log("another luma-proxy is taking over: nothing is changed here any more");
  try {
    for (;;) {
      yield { kind: "handed over", pid };
      await sleep(ALIVE_MS, undefined, { signal });
    }
  } finally {
    await endHandOver(options);
  }
}

/** Asks the running control process to hand over. */
export async function requestHandOver(socketPath: string): Promise<HeldRole> {
  const hold = new AbortController();
  const lines = callControl("hand-over", "", { socketPath, signal: hold.signal });
  const timer = setTimeout(() => {
    hold.abort(new Error(`the luma-proxy that answers on ${socketPath} does not hand over`));
  }, HAND_OVER_MS);
  const first = await lines.next().finally(() => clearTimeout(timer));
  const { pid } = first.value as { readonly pid: number };
  // Read on, so that the connection is seen to be alive; its end is our own doing.
  const reading = (async () => {
    for await (const _ of lines);
  })();
  reading.catch(() => {});
  return { pid, release: () => hold.abort() };
}

async function endHandOver(options: HandOverOptions): Promise<void> {
  const { control, isTaken, takeBack, onTaken } = options;
  if (await isTaken()) {
    control.log("another luma-proxy has taken over");
    onTaken();
    return;
  }
  try {
    await takeBack();
  } finally {
    control.resume();
    control.warn("The luma-proxy that was taking over did not come up: this one goes on");
  }
}
