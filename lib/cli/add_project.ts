/**
 * The words of the commands that help to write and use a luma.yml, their options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { RunCommand } from "./types.ts";

/** Adds `luma init`. */
export function addInit(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("init")
    .description("write a luma.yml that fits this folder")
    .option("--server <address>", "where to deploy: [user@]host[:port]")
    .option("--host <name>", "the host name that the app is served under")
    .option("--port <number>", "the port that the app listens on")
    .option("--image <reference>", "an image that is there already, instead of building one")
    .option("--name <name>", "the project's name; that of the folder unless given")
    .option("-y, --yes", "ask nothing")
    .option("--force", "write a luma.yml anew that is there already")
    .addHelpText("after", INIT_HELP)
    .action((options) =>
      run.bare(async (context, file, folder) => {
        const { init } = await import("../commands/init.ts");
        const { yes = false, force = false, ...wishes } = options;
        const place = { folder, ...(file === undefined ? {} : { file }) };
        await init({ ...wishes, ...place, yes, force }, context);
      })
    );
}

const INIT_HELP = `
It looks at the Dockerfile, or else at what the program is written in, and asks for the rest. It
also makes .luma/secrets, and keeps it out of Git and of images. Nothing that is there is lost.

Examples:
  luma init                                      ask what it has to
  luma init --server root@203.0.113.5 --yes      ask nothing
`;

/** Adds `luma schema`. */
export function addSchema(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("schema")
    .description("print the JSON Schema of luma.yml, for editors")
    .addHelpText("after", SCHEMA_HELP)
    .action(() =>
      run.bare(async (context) => {
        const { schema } = await import("../commands/schema.ts");
        schema(context);
      })
    );
}

const SCHEMA_HELP = `
Editors that know the YAML language server complete and check luma.yml with it. The first line of
luma.yml names the file then:
  # yaml-language-server: $schema=.luma/schema.json

Examples:
  luma schema > .luma/schema.json   write it beside the secrets
`;

/** Adds `luma completions`. */
export function addCompletions(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("completions")
    .description("print a script with which your shell completes commands and names")
    .addArgument(program.createArgument("<shell>", "which shell").choices(SHELLS))
    .addHelpText("after", COMPLETIONS_HELP)
    .action((shell) =>
      run.bare(async ({ print }) => {
        const { completions } = await import("../commands/completions.ts");
        completions(shell, print);
      })
    );
}

const SHELLS = ["bash", "zsh", "fish"] as const;

const COMPLETIONS_HELP = `
For bash, in ~/.bashrc:             source <(luma completions bash)
For zsh, in ~/.zshrc, after compinit: source <(luma completions zsh)

Examples:
  luma completions bash
  luma completions fish > ~/.config/fish/completions/luma.fish   once, for fish
`;
