import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepKind } from "../../../lib/plan/types.ts";
import { crash, startDeploy, STEPS, untilStep, waitUntilGone } from "./crash_run.ts";
import { requireAtRest, takeSnapshot, withCrashSite } from "./crash_site.ts";

/** The kill comes a moment after their beginning: then there is no other color yet, or no more. */
const AT_THE_EDGE: readonly StepKind[] = ["create-replica", "stop-container", "remove-container"];

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
      const status = await lumaOk("--json", "status");
      assert.equal(await takeSnapshot(site), before, `luma status changed something at ${step}`);
      const { leftovers } = JSON.parse(status.stdout) as { readonly leftovers: readonly string[] };
      const mayBeGone = AT_THE_EDGE.includes(step) && leftovers.length === 0;
      assert.ok(leftovers.length === 1 || mayBeGone, `${step}: ${status.stdout}`);

      const again = await luma("deploy");
      assert.equal(again.code, 0, `after ${step}: ${again.stdout}${again.stderr}`);
      await requireAtRest(site, { version, when: `after ${step}` });
      assert.equal((await slow).failure, undefined, `at ${step}`);
      requireNoLoss(`after ${step}`);
    }
  }));
