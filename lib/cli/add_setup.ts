/**
 * The words of `luma setup`, its options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { RunCommand } from "./types.ts";

/** Adds `luma setup`. */
export function addSetup(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("setup")
    .description("make servers ready, and bring their proxy up to date")
    .argument("[server...]", "names of servers; all of the project when none is given")
    .action((servers) =>
      run({ secrets: false }, async (context) => {
        const { setup } = await import("../commands/setup.ts");
        await setup(servers, context);
      })
    );
}
