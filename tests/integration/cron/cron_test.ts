import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { waitFor } from "../deploy/crash_run.ts";
import { blogApp, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { plainEnvironment, withPrivateCron } from "./private_cron.ts";

const OTHERS = '# mine\nMAILTO=""\n17 4 * * 1 /bin/true  100\\%\n';

test("luma cron install lets Debian's cron redeploy once when the image changed, and keep quiet then", () =>
  withProject(
    "local",
    ({ name, folder, lab, runner, lumaOk, write }) =>
      withPrivateCron(plainEnvironment(lab.dockerHost), async (cron) => {
        const program = await ensureHostExecutable("luma");
        const file = join(folder, "luma.yml");
        const log = join(folder, "log of cron", "100%.log");
        const tag = async (version: string) => {
          const argv = ["docker", "tag", `${lab.blogImage}:${version}`, `${name}:now`];
          assert.equal((await runner.run({ argv })).status, 0);
        };
        const luma = (...args: readonly string[]) => cron.run([program, "-c", file, ...args]);
        const crontab = async () => (await cron.run(["crontab", "-l"])).stdout;
        await tag("v1");
        await write(blogApp(`${name}:now`, {
          host: `${name}.test`,
          more: "    deploy: { watch: 500ms }\n",
        }));
        await lumaOk("deploy");
        await cron.run(["crontab", "-"], { stdin: OTHERS });

        await luma("cron", "install", "--schedule", "@daily", "--log", log);
        const install = [
          "cron",
          "install",
          "--schedule",
          "* * * * *",
          "--log",
          log,
          "--app",
          "blog",
        ];
        const installed = await luma(...install);
        assert.equal(installed.status, 0, installed.stderr);
        const scheduled = await crontab();
        assert.ok(scheduled.startsWith(`${OTHERS}* * * * * env -u BUN_OPTIONS `), scheduled);
        assert.equal(scheduled.split("\n").length, OTHERS.split("\n").length + 1, scheduled);
        assert.match((await luma(...install)).stdout, /nothing to do, it stands/);
        assert.equal(await crontab(), scheduled);
        assert.match((await luma("cron", "status")).stdout, /at \* \* \* \* \*\n {3}Cron: runs\n/);

        await tag("v2");
        const changeOf = async (path: string) => {
          const found = await stat(path).catch(() => undefined);
          return found === undefined || found.size === 0 ? undefined : found.mtimeMs;
        };
        const endOfRun = async (after: number) => {
          const endedAt = await changeOf(`${log}.status`);
          return endedAt !== undefined && endedAt > after ? endedAt : undefined;
        };
        // One that came before the image changed has said nothing.
        const said = await waitFor(() => changeOf(log), 180_000);
        const first = await waitFor(() => endOfRun(said - 1));
        const lines = await readFile(log, "utf8");
        assert.match(
          lines,
          /^\d{4}-\S+Z \[local\] Redeployed blog: image changed \(sha256:[0-9a-f]{12}… → sha256:[0-9a-f]{12}…\)\n$/,
        );
        assert.equal((await visit(lab, `${name}.test`)).version, "v2");

        await waitFor(() => endOfRun(first), 150_000);
        assert.equal(await readFile(log, "utf8"), lines, "an idle run says nothing");
        assert.equal((await readdir(`/var/lib/luma/receipts/${name}/blog`)).length, 2);
        assert.match(
          (await luma("cron", "status")).stdout,
          /Last run: \S+Z, well\n {3}Log: .*\n {5}\S+Z \[local\] Redeployed blog/,
        );

        assert.equal((await luma("cron", "remove")).status, 0);
        assert.equal(await crontab(), OTHERS);
      }),
  ));
