import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import process from "node:process";
import { commandOf, listDescendants, startDeploy, untilStep } from "./crash_run.ts";
import { requireAtRest, withCrashSite } from "./crash_site.ts";

/** Milliseconds into the step. */
const AFTER_MS = { "add-alias": 50, switch: 50, watch: 300, drain: 50 } as const;

test("luma deploy loses nothing when its SSH connection drops, says so, and the next one finishes", () =>
  withCrashSite({ reach: "ssh" }, async (site) => {
    const { load, luma, next, requireNoLoss } = site;
    for (const step of ["add-alias", "switch", "watch", "drain"] as const) {
      const version = await next();
      const deployment = startDeploy(site);
      await untilStep(deployment, "add-alias");
      const slow = load.request(4);
      await untilStep(deployment, step);
      await sleep(AFTER_MS[step]);
      load.mark(step);
      assert.notEqual(dropConnection(deployment.pid), 0, step);
      const ended = await deployment.ended;
      requireNoLoss(`when the connection dropped at ${step}`);
      const said = `${step}: ${ended.code} ${ended.stdout}${ended.stderr}`;
      // What can be asked for again is: then the connection is made anew, and nothing is amiss.
      assert.ok([0, 3, 4].includes(ended.code ?? -1), said);
      if (ended.code !== 0) assert.match(ended.stdout, /"kind":"error".*dropped/, said);
      const again = await luma("deploy");
      assert.equal(again.code, 0, `after ${step}: ${again.stdout}${again.stderr}; ${said}`);
      await requireAtRest(site, { version, when: `after ${step}` });
      assert.equal((await slow).failure, undefined, step);
      requireNoLoss(`after ${step}`);
    }
  }));

/** Ends every ssh of a run: the shared connection, which runs by itself, and those that use it. */
function dropConnection(pid: number): number {
  const own = listDescendants(pid).filter((child) => commandOf(child).startsWith("ssh "));
  const socket = own.map(commandOf).join(" ").match(/ControlPath=(\S+)/)?.[1];
  assert.ok(socket !== undefined, "no shared connection");
  const all = listDescendants(1).filter((other) => commandOf(other).includes(socket));
  const ended = new Set([...own, ...all]);
  for (const ssh of ended) process.kill(ssh, "SIGKILL");
  return ended.size;
}
