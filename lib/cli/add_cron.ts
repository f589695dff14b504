/**
 * The words of `luma cron`, its options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addExamples } from "./add_examples.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma cron install|status|remove`. */
export function addCron(program: CommandUnknownOpts, run: RunCommand): void {
  const cron = program.command("cron")
    .description("let cron redeploy the project's apps when their images change");
  addExamples(cron, [
    ["luma cron install", "look for new images every 5 minutes"],
    ["luma cron status", "how the newest runs ended"],
  ]);
  addInstall(cron, run);
  const status = cron.command("status")
    .description("show the schedule, whether cron runs, and how the newest runs ended")
    .action(() =>
      run({ secrets: false }, async (context) => {
        const { showCron } = await import("../commands/cron.ts");
        await showCron(context);
      })
    );
  const remove = cron.command("remove")
    .description("take the project's line out of your crontab")
    .action(() =>
      run({ secrets: false }, async (context) => {
        const { removeCron } = await import("../commands/cron.ts");
        await removeCron(context);
      })
    );
  addExamples(status, [["luma cron status", "of the project in this folder"]]);
  addExamples(remove, [["luma cron remove", "of the project in this folder"]]);
}

function addInstall(cron: CommandUnknownOpts, run: RunCommand): void {
  const install = cron.command("install")
    .description("put the project's line into your crontab, or change it")
    .option("--schedule <when>", "five fields as in crontab(5), or @hourly", "*/5 * * * *")
    .option("--app <name...>", "names of apps; all when none is given")
    .option("--log <file>", "append the output to this file")
    .option("--systemd", "print a service and a timer instead, and install nothing")
    .action(({ schedule, app = [], log, systemd }) =>
      run({ secrets: false }, async (context) => {
        const { installCron } = await import("../commands/cron.ts");
        await installCron({
          schedule,
          apps: app,
          systemd: systemd === true,
          ...(log === undefined ? {} : { log }),
        }, context);
      })
    );
  addExamples(install, [
    ["luma cron install", "every 5 minutes"],
    ['luma cron install --schedule "0 4 * * *"', "every night at 4"],
    ["luma cron install --app blog --log /var/log/luma.log", "one app, with a log"],
    ["luma cron install --systemd", "print a timer of systemd instead"],
  ]);
}
