/**
 * The words of the commands that look and change nothing, their options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addExamples } from "./add_examples.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma plan`. */
export function addPlan(program: CommandUnknownOpts, run: RunCommand): void {
  const command = program.command("plan")
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
  addExamples(command, [
    ["luma plan", "for every app of ./luma.yml"],
    ["luma plan blog --force", "for one, as if it had changed"],
  ]);
}

/** Adds `luma status`. */
export function addStatus(program: CommandUnknownOpts, run: RunCommand): void {
  const command = program.command("status")
    .description("show what runs, and whether it is healthy now")
    .argument("[name...]", "names of apps and services; all when none is given")
    .option("-w, --watch [interval]", "again every 2s, 500ms, 1m …, until q or Ctrl-C is pressed")
    .action((apps, { watch }) =>
      run({ secrets: false, streams: watch !== undefined }, async (context) => {
        if (watch !== undefined) {
          const { readWatch, watchStatus } = await import("../commands/watch_status.ts");
          return await watchStatus(readWatch(apps, watch), context);
        }
        const { status } = await import("../commands/status.ts");
        await status(apps, context);
      })
    );
  addExamples(command, [
    ["luma status", "every app of ./luma.yml"],
    ["luma status blog api", "two of them"],
    ["luma status --watch", "all, with the traffic, every 2 seconds"],
    ["luma status blog --watch 10s", "one, every 10 seconds"],
    ["luma status --json", "one app a line, for a program"],
  ]);
}
