/**
 * The options that commands which show logs have in common.
 *
 * The rule: what a person may write in several ways is read here once.
 *
 * @module
 */
import process from "node:process";
import { type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { ShowOptions } from "../commands/show_logs.ts";

/** How many lines of each container are shown where neither a number nor a time is given. */
const NEWEST = 100;

/** `--tail`. */
export function tailOption() {
  const meaning =
    `how many of the newest lines of each container, or all (${NEWEST}, with --since all)`;
  return new Option("-n, --tail <number>", meaning).argParser(parseTail);
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 1 on.");
}

function parseTail(text: string): number | "all" {
  return text === "all" ? text : text === "0" ? 0 : parseCount(text);
}

/** What a command line says of how logs are shown. */
export async function readShowOptions(
  options: {
    readonly follow?: true | undefined;
    readonly since?: string | undefined;
    readonly tail?: number | "all" | undefined;
    readonly prefix: boolean;
  },
  command: CommandUnknownOpts,
): Promise<ShowOptions> {
  const { parseSince } = await import("../logs/parse_since.ts");
  const { since, prefix } = options;
  const globals = command.optsWithGlobals();
  const tail = options.tail ?? (since === undefined ? NEWEST : "all");
  const isPlain = globals["color"] === false || process.env["NO_COLOR"] !== undefined;
  return {
    follow: options.follow === true,
    ...(since === undefined ? {} : { since: parseSince(since) }),
    ...(tail === "all" ? {} : { tail }),
    timestamps: globals["timestamps"] === true,
    paint: process.stdout.isTTY === true && !isPlain,
    prefix,
  };
}
