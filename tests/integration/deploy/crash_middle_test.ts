import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { crash, readStepTimes, startDeploy, STEPS, untilStep } from "./crash_run.ts";
import { requireAtRest, withCrashSite } from "./crash_site.ts";

test("luma deploy killed in the middle of a step loses nothing, and one started at once finishes", () =>
  withCrashSite({}, async (site) => {
    const { load, luma, next, requireNoLoss } = site;
    await next();
    const times = readStepTimes(await startDeploy(site).ended);
    for (const step of STEPS) {
      const version = await next();
      const deployment = startDeploy(site);
      await untilStep(deployment, step);
      await sleep((times.get(step) ?? 0) / 2);
      load.mark(step);
      await crash(deployment);
      const again = await luma("deploy");
      assert.equal(again.code, 0, `after ${step}: ${again.stdout}${again.stderr}`);
      await requireAtRest(site, { version, when: `after ${step}` });
      requireNoLoss(`after ${step}`);
    }
  }));
