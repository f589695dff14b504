import assert from "node:assert/strict";
import { test } from "node:test";
import { startLoad } from "../../load/start_load.ts";
import { blogApp, withProject } from "./project.ts";

const DEPLOYMENTS = 20;

test(`luma deploy loses no request over ${DEPLOYMENTS} deployments in a row`, () =>
  withProject("local", async ({ lumaOk, write, name, lab, docker }) => {
    const host = `${name}.test`;
    const more = "    deploy: { watch: 500ms, upgrade_drain_timeout: 1s }\n";
    const deploy = async (version: string) => {
      await write(blogApp(`${lab.blogImage}:${version}`, { host, more }));
      await lumaOk("deploy");
    };
    await deploy("v1");
    const load = startLoad({ address: lab.serverAddress, port: 80, host, ratePerSecond: 200 });
    for (let count = 0; count < DEPLOYMENTS; count++) await deploy(count % 2 === 0 ? "v2" : "v1");
    const report = await load.stop();
    assert.deepEqual(report.failures, []);
    assert.equal(report.failed, 0);
    assert.equal(report.retries, 0);
    assert.ok(report.requests > DEPLOYMENTS * 200, `${report.requests} requests`);
    // Of twenty-one deployments, the newest and three former ones are kept.
    const images = await docker.listImages(`luma/${name}.blog`);
    assert.equal(images.length, 4);
  }));
