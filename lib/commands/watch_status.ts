/**
 * `luma status --watch`: what runs, again and again, until a person has seen enough.
 *
 * The rule: a terminal is drawn on in place, and keeps the last look at the end; anything else gets
 * one look after the other. A server that cannot be reached now may be reached later.
 *
 * @module
 */
import { parseDuration } from "../config/parse_duration.ts";
import { UsageError } from "../error.ts";
import { span, type StyledLine } from "../report/styled_line.ts";
import { createLiveScreen } from "../report/live_screen.ts";
import { formatTraffic, type TrafficLook } from "../status/format_traffic.ts";
import type { CommandContext, Terminal } from "./context.ts";
import { type Lookout, openLookout } from "./observe_apps.ts";
import { monotonicNow, wait } from "./session.ts";
import { formatShown, inFileOrder, type ShownStatus } from "./status.ts";

/** What is watched, and how often it is looked at. */
export interface WatchStatusOptions {
  readonly apps: readonly string[];
  readonly everyMs: number;
}

const EVERY_MS = 2_000;
const LEAST_MS = 500;

/** What `--watch [interval]` means: a word that is no duration is an app, as in `--watch blog`. */
export function readWatch(apps: readonly string[], value: string | true): WatchStatusOptions {
  const every = value === true ? undefined : parseDuration(value);
  if (value === true) return { apps, everyMs: EVERY_MS };
  if (every?.ok !== true) return { apps: [value, ...apps], everyMs: EVERY_MS };
  if (every.value >= LEAST_MS) return { apps, everyMs: every.value };
  throw new UsageError(
    `Cannot look every ${value}: that is too often`,
    `The shortest interval is ${LEAST_MS}ms`,
  );
}

/** Shows the status until the signal is aborted, or `q` is pressed on a terminal. */
export async function watchStatus(
  { apps, everyMs }: WatchStatusOptions,
  context: CommandContext,
): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const show = context.terminal === undefined
    ? showBelow(context)
    : showInPlace(context, context.terminal, everyMs);
  context.terminal?.readKeys?.((key) => {
    // Ctrl-C and Ctrl-D are keys like others here.
    if (["q", "Q", "\u0003", "\u0004"].includes(key)) ended.abort();
  }, signal);
  const lookout = openLookout(apps, context);
  try {
    await lookRepeatedly(lookout, { everyMs, show: show.look, signal, context });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ended.abort();
    show.end();
    await lookout.close();
  }
}

interface Looking {
  readonly everyMs: number;
  readonly show: (statuses: readonly WatchedStatus[]) => void;
  readonly signal: AbortSignal;
  readonly context: CommandContext;
}

interface WatchedStatus extends ShownStatus {
  readonly traffic?: string;
}

async function lookRepeatedly(
  lookout: Lookout,
  { everyMs, show, signal, context }: Looking,
): Promise<void> {
  let before = new Map<string, TrafficLook>();
  while (true) {
    const statuses = inFileOrder(context.config, await lookout.look(signal));
    const atMs = monotonicNow();
    const looks = new Map<string, TrafficLook>();
    for (const { status } of statuses) {
      if (status.kind === "status") looks.set(`${status.server}/${status.app}`, { status, atMs });
    }
    show(statuses.map((shown) => {
      if (shown.status.kind !== "status") return shown;
      const key = `${shown.status.server}/${shown.status.app}`;
      const traffic = formatTraffic({ status: shown.status, atMs }, before.get(key));
      return traffic === undefined ? shown : { ...shown, traffic };
    }));
    before = looks;
    await wait(everyMs, signal);
  }
}

interface Show {
  readonly look: (statuses: readonly WatchedStatus[]) => void;
  readonly end: () => void;
}

function showBelow({ print, json }: CommandContext): Show {
  const look = (statuses: readonly WatchedStatus[]) => {
    if (!json) print(`--- ${new Date().toISOString().replace(/\.\d+Z$/, "Z")}`);
    for (const shown of statuses) {
      print(json ? JSON.stringify(shown.status) : formatWatched(shown).join("\n"));
    }
  };
  return { look, end: () => {} };
}

function showInPlace(context: CommandContext, terminal: Terminal, everyMs: number): Show {
  const screen = createLiveScreen(terminal);
  let last: readonly WatchedStatus[] = [];
  screen.draw([[span(`Looking at ${context.config.name}…`, "dim")]]);
  return {
    look: (statuses) => {
      last = statuses;
      screen.draw(formatScreen(statuses, { terminal, everyMs, title: context.config.name }));
    },
    end: () => {
      screen.clear();
      for (const shown of last) context.print(formatWatched(shown).join("\n"));
    },
  };
}

function formatScreen(
  statuses: readonly WatchedStatus[],
  { terminal, everyMs, title }: {
    readonly terminal: Terminal;
    readonly everyMs: number;
    readonly title: string;
  },
): readonly StyledLine[] {
  const time = new Date().toTimeString().slice(0, 8);
  const keys = terminal.readKeys === undefined ? "" : " · q ends";
  const head: StyledLine = [
    span(title, "bold"),
    span(` · ${time} · every ${everyMs / 1000} s${keys}`, "dim"),
  ];
  const lines = statuses.flatMap(formatWatched).map((line): StyledLine => [
    span(line, line.startsWith(" ") ? "plain" : "bold"),
  ]);
  const room = terminal.rows() - 3;
  if (lines.length <= room) return [head, ...lines];
  const more = lines.length - room + 1;
  return [head, ...lines.slice(0, room - 1), [span(`… and ${more} more lines`, "dim")]];
}

function formatWatched({ traffic, ...shown }: WatchedStatus): readonly string[] {
  const lines = formatShown(shown).split("\n");
  return traffic === undefined
    ? lines
    : [...lines, `   [${shown.status.server}] Traffic: ${traffic}`];
}
