/**
 * The words of `luma setup`, its options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addExamples } from "./add_examples.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma setup`. */
export function addSetup(program: CommandUnknownOpts, run: RunCommand): void {
  const command = program.command("setup")
    .description(
      "make servers ready: install Docker where it is missing, bring the proxy up to date",
    )
    .argument(
      "[server...]",
      "names of luma.yml, or user@host; all of the project when none is given",
    )
    .option("--dry-run", "show what would be done, and change nothing")
    .action((servers, { dryRun = false }) =>
      run.open({ secrets: false }, async (context) => {
        const { setup } = await import("../commands/setup.ts");
        await setup({ servers, dryRun }, context);
      })
    );
  addExamples(command, [
    ["luma setup", "the servers of ./luma.yml"],
    ["luma setup root@203.0.113.7", "a bare Debian or Ubuntu server, without a luma.yml"],
    ["luma setup --dry-run web.example.com", "what would be done there"],
  ]);
}
