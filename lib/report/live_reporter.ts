/**
 * Shows on a terminal what is happening now, in a block of standard error below the plain lines.
 *
 * The rule: it adds nothing that the plain lines need; when it ends, it leaves no trace.
 *
 * @module
 */
import type { Report } from "./events.ts";
import { formatLive, FRAME_MS } from "./format_live.ts";
import { createLiveScreen, type TerminalOutput } from "./live_screen.ts";
import { applyEvent, type LiveState } from "./live_state.ts";

/** The terminal, and a clock in milliseconds. */
export interface LiveOptions extends TerminalOutput {
  readonly now: () => number;
}

/** A reporter with a live display. */
export interface LiveReporter {
  readonly report: Report;
  /** Clears the display, prints, and shows it again below. */
  readonly around: (print: () => void) => void;
  /** Ends the display. */
  stop(): void;
}

/** Shows what the newest events say is going on. */
export function createLiveReporter({ now, ...terminal }: LiveOptions): LiveReporter {
  const screen = createLiveScreen(terminal);
  let state: LiveState = [];
  const draw = () => screen.draw(formatLive(state, { nowMs: now(), columns: terminal.columns() }));
  const timer = setInterval(draw, FRAME_MS);
  timer.unref?.();
  return {
    report(event) {
      const next = applyEvent(state, event, now());
      if (next === state) return;
      state = next;
      draw();
    },
    around: (print) => screen.above(print),
    stop() {
      clearInterval(timer);
      state = [];
      screen.clear();
    },
  };
}
