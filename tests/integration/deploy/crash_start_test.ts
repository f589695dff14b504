import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepKind } from "../../../lib/plan/types.ts";
import { crash, startDeploy, STEPS, untilStep, waitUntilGone } from "./crash_run.ts";
import { requireAtRest, takeSnapshot, withCrashSite } from "./crash_site.ts";

/** Nothing of the other color is there yet. */
const BEFORE_THE_FIRST: readonly StepKind[] = ["create-replica"];

test("luma deploy killed at the start of any step loses nothing, and the next one finishes", () =>
  withCrashSite({}, async (site) => {
    const { load, luma, lumaOk, next, requireNoLoss } = site;
    for (const step of STEPS) {
      const version = await next();
      const deployment = startDeploy(site);
      await untilStep(deployment, step);
      load.mark(step);
      const left = await crash(deployment);
      const slow = load.request(2);
      await waitUntilGone(left);
      requireNoLoss(`at ${step}`);

      const before = await takeSnapshot(site);
      const status = await lumaOk("status");
      assert.equal(await takeSnapshot(site), before, `luma status changed something at ${step}`);
      if (!BEFORE_THE_FIRST.includes(step)) {
        assert.match(
          status.stdout,
          /Left by an interrupted deployment: (\S+-)?blog-(blue|green)$/m,
          step,
        );
      }

      const again = await luma("deploy");
      assert.equal(again.code, 0, `after ${step}: ${again.stdout}${again.stderr}`);
      await requireAtRest(site, { version, when: `after ${step}` });
      assert.equal((await slow).failure, undefined, `at ${step}`);
      requireNoLoss(`after ${step}`);
    }
  }));
