/**
 * The words of the commands that help to write and use a luma.yml, their options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { RunCommand } from "./types.ts";

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
Editors that know the YAML language server complete and check luma.yml with it:
  luma schema > .luma/schema.json
and as the first line of luma.yml:
  # yaml-language-server: $schema=.luma/schema.json
`;
