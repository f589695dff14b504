/**
 * The words of the commands that look and change nothing, their options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { RunCommand } from "./types.ts";

/** Adds `luma plan`. */
export function addPlan(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("plan")
    .description("show what a deployment would do")
    .argument("[name...]", "names of apps and services; all apps when none is given")
    .option("--services", "with all services brought to what luma.yml says")
    .option("--force", "as if something had changed")
    .action((apps, options) =>
      run({ secrets: true }, async (context) => {
        const { plan } = await import("../commands/plan.ts");
        const force = options.force === true;
        await plan({ apps, force, services: options.services === true }, context);
      })
    );
}

/** Adds `luma status`. */
export function addStatus(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("status")
    .description("show what runs, and whether it is healthy now")
    .argument("[name...]", "names of apps and services; all when none is given")
    .action((apps) =>
      run({ secrets: false }, async (context) => {
        const { status } = await import("../commands/status.ts");
        await status(apps, context);
      })
    );
}
