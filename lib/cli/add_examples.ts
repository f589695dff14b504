/**
 * Examples below the help of a command.
 *
 * The rule: every command has some; a test reads each of them as a command line.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A command line as it is typed, and what it does. */
export type Example = readonly [line: string, meaning: string];

/** Adds examples to the help of `command`. */
export function addExamples<Command extends CommandUnknownOpts>(
  command: Command,
  examples: readonly Example[],
): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, meaning]) => `  ${line.padEnd(width)}   ${meaning}`);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
  return command;
}
