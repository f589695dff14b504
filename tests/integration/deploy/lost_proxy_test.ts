import assert from "node:assert/strict";
import { test } from "node:test";
import { observeInFlight } from "./crash_site.ts";
import { waitFor } from "./crash_run.ts";
import { blogApp, withProject } from "./project.ts";
import { visit } from "./visit.ts";

test("luma deploy waits for the requests of an app that lost its proxy, before its route goes", () =>
  withProject("local", async (project) => {
    const { lab, name, write, lumaOk } = project;
    const host = `${name}.test`;
    await write(blogApp(`${lab.blogImage}:v1`, { host }));
    await lumaOk("deploy");
    const slow = visit(lab, host, { path: "/slow?seconds=8" });
    await waitFor(async () => await observeInFlight(project) > 0 ? true : undefined);
    await write(`  blog:
    image: "${lab.blogImage}:v2"
    health_check: { port: 3000 }
    deploy: { watch: 100ms, stop_timeout: 1s }
`);
    assert.match(
      (await lumaOk("plan")).stdout,
      /drop-alias.*\n +hold .*\n +drain .*\n +remove-route/,
    );
    await lumaOk("deploy");
    const { status, version } = await slow;
    assert.deepEqual([status, version], [200, "v1"]);
    assert.equal((await visit(lab, host)).status, 404);
    assert.match((await lumaOk("plan")).stdout, /nothing to do/);
  }));
