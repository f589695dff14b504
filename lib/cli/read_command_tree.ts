/**
 * Reads the commands out of the program itself, so that completions know every one.
 *
 * Pure.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandNode } from "../completions/command_tree.ts";

type Help = ReturnType<CommandUnknownOpts["createHelp"]>;

/** The command and those below it; hidden ones are left out. */
export function readCommandTree(
  command: CommandUnknownOpts,
  help: Help = command.createHelp(),
): CommandNode {
  return {
    name: command.name(),
    description: help.subcommandDescription(command),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
      description: option.description,
      choices: option.argChoices ?? [],
      ...valueOf(option.flags),
    })),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      isVariadic: argument.variadic,
      choices: argument.argChoices ?? [],
    })),
    commands: help.visibleCommands(command).filter((child) => child.name() !== "help")
      .map((child) => readCommandTree(child, help)),
  };
}

/** `file` of `-c, --config <file>`. */
function valueOf(flags: string): { readonly value?: string } {
  const value = /[<[](\w[\w-]*)(?:\.\.\.)?[>\]]/.exec(flags)?.[1];
  return value === undefined ? {} : { value };
}
