import assert from "node:assert/strict";
import { test } from "node:test";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { startLoad } from "../../load/start_load.ts";

function write(project: Project, more = ""): Promise<void> {
  const { lab, name } = project;
  return project.write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test`, more }));
}

test("luma restart brings new replicas of the image that runs, and loses no request", () =>
  withProject("ssh", async (project) => {
    const { luma, lumaOk, docker, lab, name } = project;
    await write(project);
    await lumaOk("deploy");
    const [before] = await docker.inspectContainers(["blog-blue"]);
    const load = startLoad({
      address: lab.serverAddress,
      port: 80,
      host: `${name}.test`,
      ratePerSecond: 60,
    });
    await lumaOk("restart", "blog");
    const report = await load.stop();
    assert.deepEqual(report.failures, []);
    const [gone, after] = await Promise.all([
      docker.inspectContainers(["blog-blue"]),
      docker.inspectContainers(["blog-green"]),
    ]);
    assert.deepEqual(gone, []);
    assert.equal(after[0]?.imageId, before?.imageId);

    await write(project, '    environment: { plain: ["A=1"] }\n');
    const refused = await luma("restart", "blog");
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /luma\.yml has changed[^]*environment[^]*--with-changes blog/);
    assert.equal((await docker.inspectContainers(["blog-green"])).length, 1);
    assert.match((await luma("restart", "nosuch")).stderr, /Unknown app "nosuch"/);
  }));
