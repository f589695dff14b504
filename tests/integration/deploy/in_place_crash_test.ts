import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepKind } from "../../../lib/plan/types.ts";
import { crash, startDeploy, untilStep, waitUntilGone } from "./crash_run.ts";
import {
  type InPlaceSite,
  requireOneAtATime,
  requireServing,
  withInPlaceSite,
} from "./in_place_site.ts";

/** Kills a deployment at each step, and requires that the next one brings the new version. */
async function killAtEach(
  site: InPlaceSite,
  steps: readonly StepKind[],
  proxy: boolean,
): Promise<void> {
  let version = "v1";
  for (const step of steps) {
    version = version === "v1" ? "v2" : "v1";
    await site.use(version);
    const deployment = startDeploy(site);
    await untilStep(deployment, step);
    await waitUntilGone(await crash(deployment));
    const again = await site.luma("deploy");
    assert.equal(again.code, 0, `after ${step}: ${again.stdout}${again.stderr}`);
    await requireServing(site, { version, when: `after ${step}`, proxy });
  }
  requireOneAtATime(await site.readJournal());
}

test("luma deploy in place, killed at any step, is finished by the next one", () =>
  withInPlaceSite({}, (site) =>
    killAtEach(site, [
      "hold",
      "stop-container",
      "start-replica",
      "check-health",
      "add-alias",
      "watch",
    ], true)));

test("luma deploy in place without a proxy, killed at any step, is finished by the next one", () =>
  withInPlaceSite(
    { proxy: false },
    (site) => killAtEach(site, ["stop-container", "check-health", "add-alias", "watch"], false),
  ));

test("luma deploy in place puts the old version back that a killed run had stopped", () =>
  withInPlaceSite({}, async (site) => {
    await site.use("v2");
    const deployment = startDeploy(site);
    await untilStep(deployment, "start-replica");
    await waitUntilGone(await crash(deployment));
    await site.use("v3");
    const failed = await site.luma("deploy");
    assert.equal(failed.code, 3, failed.stdout + failed.stderr);
    assert.match(failed.stdout, /The old version of shop serves again/);
    await site.use("v1");
    await requireServing(site, { version: "v1", when: "after v3 failed" });
  }));
