import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { StepKind } from "../../../lib/plan/types.ts";
import { listDescendants, startDeploy, untilStep, waitUntilGone } from "./crash_run.ts";
import { type CrashSite, observeBlog, requireAtRest, withCrashSite } from "./crash_site.ts";

const SLOW_WATCH = "{ watch: 4s, upgrade_drain_timeout: 1s, drain_timeout: 20s }";
/** The instants in the middle of the commands that they end, in milliseconds. */
const MIDDLE_MS: Readonly<Partial<Record<StepKind, number>>> = { switch: 60, confirm: 60 };

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`luma deploy takes everything back on ${signal} before the confirm, and loses nothing`, () =>
    withCrashSite({ deploy: SLOW_WATCH }, async (site) => {
      const { load, lumaOk, next, requireNoLoss } = site;
      const { containers: [old] } = await observeBlog(site);
      const steps = ["create-replica", "check-health", "add-alias", "switch", "watch"] as const;
      for (const step of steps) {
        await next();
        const deployment = startDeploy(site);
        await untilStep(deployment, step);
        await sleep(MIDDLE_MS[step] ?? 0);
        load.mark(step);
        deployment.kill(signal);
        const ended = await deployment.ended;
        assert.equal(ended.code, 130, `${step}: ${ended.stdout}${ended.stderr}`);
        assert.match(ended.stderr, /Interrupted: putting things in order/, step);
        await waitUntilGone(listDescendants(deployment.pid));
        const { containers, route } = await observeBlog(site);
        assert.deepEqual(containers.map(({ id }) => id), [old?.id], step);
        assert.equal(route?.current.color, "blue", step);
        assert.equal(route?.current.seal, "confirmed", step);
        assert.doesNotMatch((await lumaOk("status")).stdout, /Left by|not confirmed/, step);
        requireNoLoss(`by ${signal} at ${step}`);
        // The same version again, so that it is blue's.
        await next();
        await requireAtRest(site, { version: "v1", when: `after ${signal} at ${step}` });
      }
      requireNoLoss(`by ${signal}`);
    }));
}

test("luma deploy lets the new version serve on a signal after the confirm, and the next one finishes", () =>
  withCrashSite({}, async (site) => {
    const { load, luma, next, requireNoLoss } = site;
    for (const step of ["confirm", "drain", "stop-container"] as const) {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const { containers: [old] } = await observeBlog(site);
        const version = await next();
        const deployment = startDeploy(site);
        await untilStep(deployment, "add-alias");
        const slow = load.request(step === "stop-container" ? 1 : 6);
        const inside = step === "stop-container" ? holdOpen(site, old?.name ?? "") : undefined;
        await untilStep(deployment, step);
        await sleep(MIDDLE_MS[step] ?? 0);
        load.mark(`${signal} at ${step}`);
        deployment.kill(signal);
        const ended = await deployment.ended;
        assert.equal(ended.code, 130, `${signal} at ${step}: ${ended.stdout}${ended.stderr}`);
        const { containers, route } = await observeBlog(site);
        const serving = containers.find(({ networks }) =>
          networks[`${site.name}-network`]?.address === route?.current.endpoints[0]?.address
        );
        assert.equal(serving?.status, "running", `${signal} at ${step}`);
        const again = await luma("deploy");
        assert.equal(again.code, 0, `${signal} at ${step}: ${again.stdout}${again.stderr}`);
        await requireAtRest(site, { version, when: `after ${signal} at ${step}` });
        assert.equal((await slow).failure, undefined, `${signal} at ${step}`);
        requireNoLoss(`by ${signal} at ${step}`);
        await inside;
      }
    }
  }));

/** Asks a replica from inside for a slow page, so that it does not end before a signal comes. */
async function holdOpen({ docker }: CrashSite, container: string): Promise<void> {
  const script = "await fetch('http://127.0.0.1:3000/slow?seconds=8')";
  // How it ends is no matter: the container's end may come first.
  await Promise.allSettled([docker.exec(container, { argv: ["bun", "-e", script] })]);
}
