/**
 * Reads the words of a command line, runs the command, and reports how it ended.
 *
 * The rule: commander is known here alone; a command gets its options as values.
 *
 * @module
 */
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { VERSION } from "../version.ts";
import { addCommands } from "./add_commands.ts";
import { addExamples } from "./add_examples.ts";
import type {
  BareBody,
  CliIo,
  CommandBody,
  CommandNeeds,
  GlobalOptions,
  OpenBody,
  RunCommand,
} from "./types.ts";

/**
 * Runs the command that `args` name.
 *
 * @returns The exit code.
 */
export async function runCommandLine(args: readonly string[], io: CliIo): Promise<number> {
  let code = 0;
  const program = createProgram(io, { version: !isVersionOfCommand(args) });
  const options = (): GlobalOptions => program.opts();
  // Help needs neither a configuration nor its parser.
  const context = () => import("./run_with_context.ts");
  const run: RunCommand = Object.assign(
    async (needs: CommandNeeds, body: CommandBody) => {
      const { runWithContext } = await context();
      code = await runWithContext({ options: options(), needs, io }, body);
    },
    {
      async bare(body: BareBody) {
        const { runBare } = await context();
        code = await runBare({ options: options(), io }, body);
      },
      async open(needs: CommandNeeds, body: OpenBody) {
        const { runOpen } = await context();
        code = await runOpen({ options: options(), needs, io }, body);
      },
    },
  );
  addCommands(program, run);
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version were asked for, and printed.
    if (error.exitCode === 0) return 0;
    const { reportUsageError } = await import("./report_usage_error.ts");
    return await reportUsageError(error, { args, command: findCommand(program, args), io });
  }
}

/** Whether `--version` stands behind a command: it is an option of that one then. */
function isVersionOfCommand(args: readonly string[]): boolean {
  const at = args.findIndex((word) => /^--version(=|$)/.test(word));
  const isCommand = (word: string, index: number) =>
    !word.startsWith("-") && !/^(-c|--config)$/.test(args[index - 1] ?? "");
  return args.slice(0, Math.max(0, at)).some(isCommand);
}

/** The command that the words name, as far as they name one. */
function findCommand(
  program: CommandUnknownOpts,
  args: readonly string[],
): CommandUnknownOpts {
  return args.reduce<CommandUnknownOpts>(
    (command, word) => command.commands.find((child) => child.name() === word) ?? command,
    program,
  );
}

/**
 * The program without its commands; the options' types are inferred from their words.
 *
 * @param has `version`: it prints its own. Commander takes a program's options wherever they stand.
 */
export function createProgram(
  io: Pick<CliIo, "out" | "err">,
  has: { readonly version: boolean } = { version: true },
) {
  const program = new Command("luma")
    .description("Deploys containers to your servers, and no request is lost.")
    .version(VERSION, has.version ? "-V, --version" : "-V", "print the version")
    .helpOption("-h, --help", "print this help")
    .option("-c, --config <file>", "the project's file (luma.yml in this folder)")
    .option("--json", "print events and results as JSON, one a line")
    .option("-q, --quiet", "print warnings and errors alone")
    .option("-v, --verbose", "print every step")
    .option("--timestamps", "begin each line with the time, as for a log")
    .option("--no-color", "print without colors")
    .showSuggestionAfterError()
    // What is wrong with the words is reported like every other error.
    .configureOutput({ writeOut: io.out, writeErr: () => {}, outputError: () => {} })
    .exitOverride();
  return addExamples(program, [
    ["luma deploy", "deploy every app of ./luma.yml"],
    ["luma deploy blog", "deploy one"],
    ["luma plan blog", "show what that would do"],
    ["luma status --watch", "show what runs, again and again"],
    ["luma doctor", "look for what is wrong, and say what mends it"],
  ]);
}
