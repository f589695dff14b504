/**
 * Writes the command reference out of the program itself.
 *
 * Pure: same program, same text. The rule: nothing about a command is written here; what the
 * reference should say better, the command's own help has to say better.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { ExitCode } from "../error.ts";

/** A program whose help is shown as it prints it. */
export interface HelpPage {
  /** What calls it: `luma-proxy switch`. */
  readonly command: string;
  readonly help: string;
}

type Help = ReturnType<CommandUnknownOpts["createHelp"]>;

/** When a process of luma ends with which code. */
const EXIT_CODES: Readonly<Record<ExitCode, string>> = {
  0: "done, or nothing to do",
  1: "a bug in Luma",
  2: "luma.yml or the command line is wrong; nothing was contacted",
  3: "failed, and everything is as it was",
  4: "the new version serves, but something of the old one is left; the next run removes it",
  5: "another deployment holds the lock",
  130: "interrupted",
};

/**
 * The reference as Markdown.
 *
 * @param program With all its commands.
 * @param pages Other programs, in their order.
 */
export function formatReference(
  program: CommandUnknownOpts,
  pages: readonly HelpPage[] = [],
): string {
  const help = program.createHelp();
  const sections = [
    "# Commands",
    "Made from the programs' own help by `bun run docs`; a test compares both. Edit the help instead.",
    ...formatCommand(program, help, 2),
    "Every command takes the options of `luma` too, before or after its own name.",
    ...listCommands(program, help).flatMap((command) => formatCommand(command, help, 2)),
    "## Exit codes",
    formatTable(["Code", "Meaning"], Object.entries(EXIT_CODES)),
    ...pages.flatMap(formatPage),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The commands that do something, with those below them, without `help`. */
function listCommands(program: CommandUnknownOpts, help: Help): readonly CommandUnknownOpts[] {
  return help.visibleCommands(program)
    .filter((command) => command.name() !== "help")
    .flatMap((command) => [command, ...listCommands(command, help)]);
}

function formatCommand(command: CommandUnknownOpts, help: Help, depth: number): readonly string[] {
  const commands = help.visibleCommands(command).filter((child) => child.name() !== "help");
  const rows = {
    Argument: help.visibleArguments(command).map((argument) => [
      help.argumentTerm(argument),
      help.argumentDescription(argument),
    ]),
    Option: help.visibleOptions(command)
      .filter((option) => command.parent === null || option.long !== "--help")
      .map((option) => [help.optionTerm(option), help.optionDescription(option)]),
    Command: commands.map((child) => [child.name(), help.subcommandDescription(child)]),
  };
  return [
    `${"#".repeat(depth)} ${nameOf(command)}`,
    `\`\`\`text\n${help.commandUsage(command)}\n\`\`\``,
    toSentence(help.commandDescription(command)),
    ...Object.entries(rows).filter(([, list]) => list.length > 0).map(([title, list]) =>
      formatTable([title, "Meaning"], list)
    ),
  ];
}

/** `luma lock status`. */
function nameOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function toSentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.endsWith(".") ? capital : `${capital}.`;
}

function formatPage({ command, help }: HelpPage): readonly string[] {
  return [`## ${command}`, `\`\`\`text\n${help.trimEnd()}\n\`\`\``];
}

/** A table whose first column is code. */
function formatTable(
  titles: readonly [string, string],
  rows: readonly (readonly string[])[],
): string {
  const lines = rows.map(([term = "", meaning = ""]) =>
    `| \`${escapeCell(term)}\` | ${escapeCell(meaning)} |`
  );
  return [`| ${titles.join(" | ")} |`, "|---|---|", ...lines].join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}
