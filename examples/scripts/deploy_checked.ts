/**
 * Deploys, after a check of one's own: the new version must answer the pages that matter, before it
 * gets a single request.
 *
 *     bun deploy_checked.ts /login /search?q=x
 *     deno run -A deploy_checked.ts /login
 *
 * What the check throws is the reason that is printed; the new version is removed, the old one serves.
 *
 * @module
 */
import process from "node:process";
import { runProject } from "@luma/cli";

const pages = process.argv.slice(2);

process.exitCode = await runProject(async (project) => {
  await project.deploy({
    beforeSwitch: async (color) => {
      for (const page of pages.length > 0 ? pages : ["/"]) {
        await color.check(page);
        project.print(`${page} answers on every replica of ${color.color}`);
      }
      // A command inside the new container sees what the app will see: its secrets, its database.
      const { status, stderr } = await color.exec(["sh", "-c", "test -w /tmp"]);
      if (status !== 0) throw new Error(`/tmp cannot be written to: ${stderr}`);
    },
  });
});
