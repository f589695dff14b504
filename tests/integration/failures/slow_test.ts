import assert from "node:assert/strict";
import { test } from "node:test";
import { withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { buildFaultyImage, faultyApp, hostOf, loadOn } from "./faulty_app.ts";

test("luma deploy takes a version that answers after 6 s, and refuses one that does not within 10 s", () =>
  withProject("local", async (project) => {
    const { write, luma, lumaOk, docker, name } = project;
    await buildFaultyImage(project);
    await write(faultyApp(project, { name: "blog" }));
    await lumaOk("deploy");
    const load = loadOn(project);
    await write(
      faultyApp(project, { name: "blog", lateMs: 6_000 }) +
        faultyApp(project, { name: "first", lateMs: 60_000 }),
    );
    const [late, never] = await Promise.all([luma("deploy", "blog"), luma("deploy", "first")]);
    assert.equal(late.code, 0, late.stderr);
    const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.deepEqual(containers.map((container) => container.name), ["blog-green"]);
    assert.equal(never.code, 3, never.stdout);
    assert.match(never.stderr, /0 of 1 replicas healthy in 10 s/);
    assert.match(never.stderr, /→ .*deploy: \{ health_timeout: 20s \}$/m);
    assert.deepEqual((await load.stop()).failures, []);
  }));

test("luma deploy kills an old version that ignores SIGTERM, says how to mend that, and succeeds", () =>
  withProject("local", async (project) => {
    const { write, luma, lumaOk, lab, docker, name } = project;
    await buildFaultyImage(project);
    const more = "    deploy: { stop_timeout: 2s, watch: 500ms }\n";
    await write(faultyApp(project, { name: "blog", fault: "ignores SIGTERM", more }));
    await lumaOk("deploy");
    const load = loadOn(project);
    await write(faultyApp(project, { name: "blog", more }));
    const deployed = await luma("deploy");
    assert.equal(deployed.code, 0, deployed.stderr);
    assert.match(
      deployed.stderr,
      /^\[local\] Warning: blog-blue of "blog" did not end within 2 s of SIGTERM and was killed$/m,
    );
    assert.match(deployed.stderr, /→ Let it exit on SIGTERM .*deploy: \{ stop_timeout: 4s \}$/m);
    assert.equal((await visit(lab, hostOf(project, "blog"))).status, 200);
    const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.deepEqual(containers.map((container) => container.name), ["blog-green"]);
    assert.deepEqual((await load.stop()).failures, []);
  }));
