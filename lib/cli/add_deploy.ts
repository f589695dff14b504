/**
 * The words of `luma deploy` and `luma redeploy`, their options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addExamples } from "./add_examples.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma deploy`. */
export function addDeploy(program: CommandUnknownOpts, run: RunCommand): void {
  const command = program.command("deploy")
    .description(
      "bring new versions of apps into use, without losing a request; and replace services",
    )
    .argument("[name...]", "names of apps and services; all apps when none is given")
    .option("--services", "bring all services to what luma.yml says, too")
    .option("--force", "deploy also where nothing changed")
    .option("--dry-run", "show what would be done, and do nothing")
    .option("--skip-build", "build nothing: deploy what was built last")
    .option("--version <tag>", "deploy this tag, in the place of those in luma.yml")
    .action((apps, options) =>
      run({ secrets: true }, async (context) => {
        const force = options.force === true;
        const services = options.services === true;
        const skipBuild = options.skipBuild === true;
        const version = options.version === undefined ? {} : { version: `${options.version}` };
        if (options.dryRun === true) {
          const { plan } = await import("../commands/plan.ts");
          return await plan({ apps, force, services, ...version }, context);
        }
        const { deploy } = await import("../commands/deploy.ts");
        await deploy({ apps, force, services, skipBuild, ...version }, context);
      })
    );
  addExamples(command, [
    ["luma deploy", "every app of ./luma.yml, one after the other"],
    ["luma deploy blog", "one"],
    ["luma deploy blog db", "an app, and a service that changed"],
    ["luma deploy --dry-run", "show what would be done"],
    ["luma deploy blog --version v41", "another tag than luma.yml names"],
    ["luma deploy blog --force", "also where nothing changed"],
    ["luma deploy --json", "one event a line, for a program"],
  ]);
}

/** Adds `luma redeploy`. */
export function addRedeploy(program: CommandUnknownOpts, run: RunCommand): void {
  const command = program.command("redeploy")
    .description("deploy the same configuration anew, with the image that it names by now")
    .argument("[app...]", "names of apps; all when none is given")
    .option("--if-changed", "only where another image runs; says nothing when it is the same")
    .action((apps, options, command: CommandUnknownOpts) =>
      run({ secrets: true }, async (context) => {
        const { redeploy } = await import("../commands/redeploy.ts");
        const verbose = command.optsWithGlobals()["verbose"] === true;
        await redeploy({ apps, ifChanged: options.ifChanged === true, verbose }, context);
      })
    );
  addExamples(command, [
    ["luma redeploy blog", "take the image that the name means by now"],
    ["luma redeploy --if-changed", "where it is another one; for cron"],
  ]);
}
