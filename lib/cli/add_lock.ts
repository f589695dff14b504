/**
 * The words of `luma lock`, its options and help.
 *
 * The rule: a command's module is imported when the command runs.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addExamples } from "./add_examples.ts";
import type { RunCommand } from "./types.ts";

/** Adds `luma lock status|release`. */
export function addLock(program: CommandUnknownOpts, run: RunCommand): void {
  const lock = program.command("lock").description("see or free the locks that deployments hold");
  addExamples(lock, [["luma lock status", "who deploys what now"]]);
  for (const action of ["status", "release"] as const) {
    const command = lock.command(action)
      .description(
        action === "status"
          ? "show who deploys an app now"
          : "free the lock of an app whose deployment is gone",
      )
      .argument("[name...]", "names of apps and services; all when none is given")
      .action((apps) =>
        run({ secrets: false }, async (context) => {
          const module = await import("../commands/lock.ts");
          await module.lock(action, apps, context);
        })
      );
    addExamples(command, [[`luma lock ${action} blog`, "of one app"]]);
  }
}
