import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { LabEnv } from "../../lab/lab_env.ts";
import { commandOf, listDescendants, startDeploy, untilStep } from "./crash_run.ts";
import { requireAtRest, withCrashSite } from "./crash_site.ts";

/** Milliseconds into the step. */
const AFTER_MS = { "add-alias": 50, switch: 50, watch: 300, drain: 50 } as const;

test("luma deploy loses nothing when its SSH connection drops, says so, and the next one finishes", () =>
  withCrashSite({ reach: "ssh" }, async (site) => {
    const { load, luma, next, requireNoLoss } = site;
    const codes: (number | null)[] = [];
    for (const step of ["add-alias", "switch", "watch", "drain"] as const) {
      const version = await next();
      const deployment = startDeploy(site);
      await untilStep(deployment, "add-alias");
      const slow = load.request(4);
      await untilStep(deployment, step);
      await sleep(AFTER_MS[step]);
      load.mark(step);
      assert.notEqual(dropConnections(site.lab), 0, step);
      const ended = await deployment.ended;
      requireNoLoss(`when the connection dropped at ${step}`);
      const said = `${step}: ${ended.code} ${ended.stdout}${ended.stderr}`;
      // What can be asked for again is: then the connection is made anew, and nothing is amiss.
      assert.ok([0, 3, 4].includes(ended.code ?? -1), said);
      codes.push(ended.code);
      if (ended.code !== 0) assert.match(ended.stdout, /"kind":"error".*dropped/, said);
      const again = await luma("deploy");
      assert.equal(again.code, 0, `after ${step}: ${again.stdout}${again.stderr}; ${said}`);
      await requireAtRest(site, { version, when: `after ${step}` });
      assert.equal((await slow).failure, undefined, step);
      requireNoLoss(`after ${step}`);
    }
    assert.ok(codes.some((code) => code !== 0), "no drop was noticed");
  }));

/** Ends the server's side of every connection, as a network that breaks does. @returns How many. */
function dropConnections({ dockerHost }: LabEnv): number {
  const pidFile = join(dirname(dockerHost.replace("unix://", "")), "sshd.pid");
  const daemon = Number(readFileSync(pidFile, "utf8"));
  const sessions = listDescendants(daemon).filter((pid) => commandOf(pid).startsWith("sshd"));
  for (const pid of sessions) process.kill(pid, "SIGKILL");
  return sessions.length;
}
