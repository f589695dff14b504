/**
 * Deploys every app whose image changed, as a nightly job: one app that fails does not keep the others
 * from being deployed, and where nothing changed nothing is printed.
 *
 *     0 3 * * * cd /srv/site && /usr/local/bin/bun nightly.ts
 *
 * An app that somebody else deploys at this moment is left to them.
 *
 * @module
 */
import process from "node:process";
import { LockHeldError, LumaError, openProject, type Project } from "@luma/cli";

/** Deploys one app, and returns an exit code. */
async function redeploy(project: Project, app: string): Promise<number> {
  try {
    for (const { server, image, durations } of await project.deploy({ apps: [app] })) {
      console.log(`${app}: ${image} serves on ${server} after ${durations.total.toFixed()} ms`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof LumaError)) throw error;
    console.error(`${app}: ${error.message}${error.hint === undefined ? "" : ` (${error.hint})`}`);
    return error instanceof LockHeldError ? 0 : error.exitCode;
  }
}

const project = await openProject({ report: () => {} });
let worst = 0;
for (const { name } of project.config.apps) worst = Math.max(worst, await redeploy(project, name));
process.exitCode = worst;
