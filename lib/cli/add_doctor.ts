/**
 * The words of `luma doctor`, its options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addExamples } from "./add_examples.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma doctor`. */
export function addDoctor(program: CommandUnknownOpts, run: RunCommand): void {
  const command = program.command("doctor")
    .description("look for what is wrong with servers, hosts and apps, and say what mends it")
    .argument(
      "[server...]",
      "names of luma.yml, or user@host; all of the project when none is given",
    )
    .action((servers) =>
      run.open({ secrets: false }, async (context) => {
        const { doctor } = await import("../commands/doctor.ts");
        return await doctor(servers, context);
      })
    );
  addExamples(command, [
    ["luma doctor", "every server and app of ./luma.yml; without one, this machine"],
    ["luma doctor web.example.com", "one server"],
    ["luma doctor root@203.0.113.7", "a server that is in no luma.yml yet"],
    ["luma doctor --json", "one finding a line, for a monitor"],
  ]);
}
