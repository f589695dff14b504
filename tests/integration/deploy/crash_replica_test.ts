import assert from "node:assert/strict";
import { test } from "node:test";
import { waitFor } from "./crash_run.ts";
import {
  noteMoment,
  observeInFlight,
  requireAtRest,
  requireOnlyInFlightLost,
  withCrashSite,
} from "./crash_site.ts";

test("a replica that is killed takes only its own requests along, and the next luma deploy replaces it", () =>
  withCrashSite({ replicas: 3, ratePerSecond: 150 }, async (site) => {
    const { load, docker, name, next, lumaOk, luma } = site;
    const [victim, ...others] = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.ok(victim !== undefined && others.length === 2);
    const slow = Array.from({ length: 9 }, () => load.request(8));
    await waitFor(async () => await observeInFlight(site) >= slow.length || undefined);
    const kill = await noteMoment(() => site.runner.run({ argv: ["docker", "kill", victim.name] }));
    const status = await lumaOk("status");
    assert.match(status.stdout, /DEGRADED/);
    assert.match(status.stdout, /Replicas: 2\/3 running/);
    const lost = (await Promise.all(slow)).filter(({ failure }) => failure !== undefined).length;
    assert.ok(lost > 0 && lost < slow.length, `${lost} of ${slow.length} slow requests were lost`);
    requireOnlyInFlightLost(site, kill);
    assert.match((await lumaOk("plan")).stdout, /1 of 3 replicas not running/);
    await lumaOk("deploy");
    await requireAtRest(site, { version: "v1", replicas: 3, when: "after the repair" });
    const version = await next();
    const again = await luma("deploy");
    assert.equal(again.code, 0, again.stderr);
    await requireAtRest(site, { version, replicas: 3, when: "after the next version" });
    requireOnlyInFlightLost(site, kill);
  }));
