/**
 * Reports a command line that cannot be read, as every other error is reported.
 *
 * The rule: what is wrong, what was probably meant, and where it is told how it is written.
 *
 * @module
 */
import type { CommanderError, CommandUnknownOpts } from "@commander-js/extra-typings";
import { UsageError } from "../error.ts";
import { runBare } from "./run_with_context.ts";
import type { CliIo } from "./types.ts";

/** The words that cannot be read. */
export interface UsageContext {
  readonly args: readonly string[];
  /** The command that they name, as far as they name one. */
  readonly command: CommandUnknownOpts;
  readonly io: CliIo;
}

/** @returns The exit code. */
export function reportUsageError(error: CommanderError, context: UsageContext): Promise<number> {
  const { args, io } = context;
  const options = { json: args.includes("--json"), color: !args.includes("--no-color") };
  return runBare({ options, io }, () => Promise.reject(describeUsageError(error, context)));
}

/** What commander says of a command line, in luma's form. */
export function describeUsageError(
  { code, message }: Pick<CommanderError, "code" | "message">,
  { command }: Pick<UsageContext, "command">,
): UsageError {
  const name = nameOf(command);
  const help = `See: ${name} --help`;
  // A group without one of its commands: commander prints its help then.
  if (code === "commander.help") {
    const names = command.commands.map((child) => child.name()).filter((word) => word !== "help");
    return new UsageError(
      `Missing a command after "${name}"`,
      `It takes: ${names.join(", ")}\n${help}`,
    );
  }
  const [what = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const meant = /^\(Did you mean (one of )?(.+)\?\)$/.exec(suggestion ?? "")?.[2];
  const text = what.replaceAll(/'([^']*)'/g, '"$1"');
  return new UsageError(
    text.charAt(0).toUpperCase() + text.slice(1),
    meant === undefined ? help : `Did you mean ${meant}?\n${help}`,
  );
}

function nameOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
