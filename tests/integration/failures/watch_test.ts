import assert from "node:assert/strict";
import { test } from "node:test";
import { withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { buildFaultyImage, faultyApp, hostOf, loadOn } from "./faulty_app.ts";

test("luma deploy goes back when the new version ends in the watch, says when, and how it ended", () =>
  withProject("local", async (project) => {
    const { write, luma, lumaOk, lab, docker, name } = project;
    await buildFaultyImage(project);
    await write(faultyApp(project, { name: "blog" }));
    await lumaOk("deploy");
    const load = loadOn(project);
    await write(faultyApp(project, { name: "blog", fault: "exits once it is used" }));
    const failed = await luma("deploy");
    assert.equal(failed.code, 3, failed.stdout);
    const { failed: before } = load.snapshot();
    assert.match(
      failed.stderr,
      /^Error: blog-green of "blog" on local exited with status 1, when requests already went to it$|switched back to the old version/m,
    );
    assert.match(failed.stderr, /^ {4}blog-green \| Unhandled exception in the first page$/m);
    assert.match(
      failed.stderr,
      /^\[local\] The old version of blog \(blue\) is in use, as before$/m,
    );
    const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.deepEqual(containers.map((container) => container.name), ["blog-blue"]);
    assert.equal((await visit(lab, hostOf(project, "blog"))).status, 200);
    // What the new version was given is lost, and nothing after it went.
    const report = await load.stop();
    assert.equal(report.failed, before);
    assert.ok(report.requests > report.failed, `${report.failed} of ${report.requests} failed`);
  }));
