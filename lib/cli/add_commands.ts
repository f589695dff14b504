/**
 * The commands of luma: their words, arguments and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addCron } from "./add_cron.ts";
import type { RunCommand } from "./types.ts";

/** Adds every command to the program. */
export function addCommands(program: CommandUnknownOpts, run: RunCommand): void {
  addDeploy(program, run);
  addRedeploy(program, run);
  addPlan(program, run);
  addStatus(program, run);
  addSetup(program, run);
  addLock(program, run);
  addCron(program, run);
}

function addDeploy(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("deploy")
    .description("bring new versions of apps into use, without losing a request")
    .argument("[app...]", "names of apps; all when none is given")
    .option("--force", "deploy also where nothing changed")
    .option("--dry-run", "show what would be done, and do nothing")
    .action((apps, options) =>
      run({ secrets: true }, async (context) => {
        const force = options.force === true;
        if (options.dryRun === true) {
          const { plan } = await import("../commands/plan.ts");
          return await plan({ apps, force }, context);
        }
        const { deploy } = await import("../commands/deploy.ts");
        await deploy({ apps, force }, context);
      })
    );
}

function addRedeploy(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("redeploy")
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
}

function addPlan(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("plan")
    .description("show what a deployment would do")
    .argument("[app...]", "names of apps; all when none is given")
    .option("--force", "as if something had changed")
    .action((apps, options) =>
      run({ secrets: true }, async (context) => {
        const { plan } = await import("../commands/plan.ts");
        await plan({ apps, force: options.force === true }, context);
      })
    );
}

function addStatus(program: CommandUnknownOpts, run: RunCommand): void {
  program.command("status")
    .description("show what runs, and whether it is healthy now")
    .argument("[app...]", "names of apps; all when none is given")
    .action((apps) =>
      run({ secrets: false }, async (context) => {
        const { status } = await import("../commands/status.ts");
        await status(apps, context);
      })
    );
}

function addSetup(program: CommandUnknownOpts, run: RunCommand): void {
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

function addLock(program: CommandUnknownOpts, run: RunCommand): void {
  const lock = program.command("lock").description("see or free the locks that deployments hold");
  for (const action of ["status", "release"] as const) {
    lock.command(action)
      .description(
        action === "status"
          ? "show who deploys an app now"
          : "free the lock of an app whose deployment is gone",
      )
      .argument("[app...]", "names of apps; all when none is given")
      .action((apps) =>
        run({ secrets: false }, async (context) => {
          const module = await import("../commands/lock.ts");
          await module.lock(action, apps, context);
        })
      );
  }
}
