import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepKind } from "../../../lib/plan/types.ts";
import { crash, startDeploy, untilStep, waitUntilGone } from "../deploy/crash_run.ts";
import { withStore } from "./store_project.ts";

const STEPS: readonly StepKind[] = [
  "create-service",
  "stop-container",
  "start-service",
  "check-health",
  "remove-service",
  "rename-service",
];

test("a replacement that is killed in the middle is brought to its end by the next run", async () => {
  await withStore(async (project) => {
    await project.writeStore();
    await project.lumaOk("deploy");
    await project.ask("/greeting", "hello");
    for (const step of STEPS) {
      await project.writeStore({ environment: [`GREETING=${step}`] });
      const deployment = startDeploy(project, "db");
      await untilStep(deployment, step);
      const left = await crash(deployment);
      const { stdout } = await project.lumaOk("deploy", "db");
      await waitUntilGone(left);
      const found = (await project.containers()).map(({ name, status, restartPolicy }) =>
        `${name} ${status} ${restartPolicy}`
      );
      assert.deepEqual(found, ["db running always"], `${step}: ${stdout}`);
      assert.match(await project.ask("/env"), new RegExp(`^${step}\\|`), stdout);
      assert.equal(await project.ask("/greeting"), "hello");
    }
  });
});

test("a replacement that is killed is undone by a run that was not asked for it", async () => {
  await withStore(async (project) => {
    await project.writeStore({ environment: ["GREETING=before"] });
    await project.lumaOk("deploy");
    const [before] = await project.containers();
    await project.writeStore({ environment: ["GREETING=after"] });
    const deployment = startDeploy(project, "db");
    await untilStep(deployment, "stop-container");
    const left = await crash(deployment);
    const { stderr } = await project.lumaOk("deploy", "web");
    await waitUntilGone(left);
    assert.match(stderr, /db is left as it is, though in luma\.yml: environment changed/);
    const after = await project.containers();
    assert.deepEqual(after.map(({ id, status }) => [id, status]), [[before?.id, "running"]]);
    assert.equal(after[0]?.restartPolicy, "always");
  });
});

test("a first start that is killed is brought to its end by the next run", async () => {
  await withStore(async (project) => {
    await project.writeStore();
    const deployment = startDeploy(project, "db");
    await untilStep(deployment, "start-service");
    const left = await crash(deployment);
    await project.lumaOk("deploy", "db");
    await waitUntilGone(left);
    const [db, ...others] = await project.containers();
    assert.deepEqual([db?.status, db?.restartPolicy, others.length], ["running", "always", 0]);
  });
});
