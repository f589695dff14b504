import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import type { Docker } from "../../../lib/docker/types.ts";
import { startLoad } from "../../load/start_load.ts";
import type { Report } from "../../load/load_report.ts";
import { pause, untilStep } from "./crash_run.ts";
import { blogApp, type Project, withProject } from "./project.ts";
import { visit } from "./visit.ts";

const INSIDE_CLIENT = resolve(import.meta.dirname ?? ".", "inside_client.ts");

function loadOn(project: Project) {
  return startLoad({
    address: project.lab.serverAddress,
    port: 80,
    host: `${project.name}.test`,
    ratePerSecond: 120,
  });
}

function assertNothingLost(report: Report): void {
  assert.deepEqual(report.failures, []);
  assert.equal(report.failed, 0);
  assert.equal(report.retries, 0);
}

interface InsideCounts {
  readonly requests: number;
  readonly failed: number;
  readonly reasons: readonly string[];
}

/** Runs the client inside the network until the function that it returns is called. */
async function visitFromInside(project: Project): Promise<() => Promise<InsideCounts>> {
  const { docker, name, lab } = project;
  const container = `${name}-inside`;
  await docker.createContainerWithLabels({
    name: container,
    image: `${lab.blogImage}:v1`,
    labels: { "luma.project": name, "luma.app": "inside", "luma.color": "blue" },
    network: `${name}-network`,
    restart: "no",
    environment: {},
    secrets: {},
    volumes: [`${INSIDE_CLIENT}:/inside_client.ts:ro`],
    command: ["bun", "/inside_client.ts", "http://blog:3000/"],
  });
  await docker.startContainer(container);
  return async () => {
    await docker.gracefulShutdown(container, 20_000);
    const [line = "{}"] = (await docker.containerLogs(container, 1)).slice(-1);
    return JSON.parse(line) as InsideCounts;
  };
}

/** How many requests, health checks left out, the replicas of a color were asked. */
async function countRequests(docker: Docker, names: readonly string[]): Promise<number> {
  const counts = await Promise.all(names.map(async (name) => {
    const script =
      "console.log((await (await fetch('http://127.0.0.1:3000/counts')).json()).requests)";
    const output = await docker.exec(name, { argv: ["bun", "-e", script] });
    return Number(output.stdout);
  }));
  return counts.reduce((sum, count) => sum + count, 0);
}

test("luma deploy loses no request, outside and inside the network, over several deployments", () =>
  withProject("local", async (project) => {
    const { lumaOk, write, name, lab } = project;
    const deploy = async (version: string, replicas: number) => {
      await write(blogApp(`${lab.blogImage}:${version}`, { host: `${name}.test`, replicas }));
      await lumaOk("deploy");
    };
    await deploy("v1", 1);
    const load = loadOn(project);
    const stopInside = await visitFromInside(project);
    const long = load.request(40);
    await deploy("v2", 1);
    assert.equal((await long).failure, undefined);
    assert.equal((await long).version, "v1");
    await deploy("v1", 3);
    await deploy("v2", 2);
    const inside = await stopInside();
    assertNothingLost(await load.stop());
    assert.deepEqual(inside.reasons, []);
    assert.ok(inside.requests > 100, `${inside.requests} requests from inside`);
  }));

test("luma deploy sends nothing to a replica that is not healthy, and nothing to the old color after the switch", () =>
  withProject("local", async (project) => {
    const { lumaOk, luma, write, start, name, lab, docker } = project;
    const app = (version: string, more = "") =>
      blogApp(`${lab.blogImage}:${version}`, { host: `${name}.test`, more });
    await write(app("v1"));
    await lumaOk("deploy");
    const load = loadOn(project);

    await write(app("v3", "    deploy: { health_timeout: 8s }\n"));
    const broken = start("deploy", "--verbose");
    const asked: number[] = [];
    let over = false;
    const asking = (async () => {
      while (!over) {
        // Before it is created and after it is removed there is nothing to ask.
        const count = await countRequests(docker, ["blog-green"]).catch(() => undefined);
        if (count !== undefined && !Number.isNaN(count)) asked.push(count);
      }
    })();
    assert.equal((await broken.ended).code, 3);
    over = true;
    await asking;
    assert.ok(asked.length > 0, "the broken replica was looked at while it was checked");
    assert.deepEqual(asked.filter((count) => count > 0), []);

    await write(app("v2"));
    const good = start("--json", "deploy");
    await good.until(/"kind":"switched"/);
    const atSwitch = await countRequests(docker, ["blog-blue"]);
    await untilStep(good, "drop-alias");
    // It is held there, so that the old color is there to be asked.
    assert.ok(pause(good));
    assert.equal(await countRequests(docker, ["blog-blue"]), atSwitch);
    good.kill("SIGCONT");
    assert.equal((await good.ended).code, 0);
    assertNothingLost(await load.stop());
    assert.match((await luma("plan")).stdout, /nothing to do/);
  }));

test("luma deploy goes back by itself when the new version fails after the switch, and only its own answers are lost", () =>
  withProject("local", async (project) => {
    const { lumaOk, luma, write, name, lab } = project;
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    await lumaOk("deploy");
    const load = loadOn(project);
    await write(blogApp(`${lab.blogImage}:v4`, { host: `${name}.test` }));
    const failed = await luma("deploy");
    assert.equal(failed.code, 3, failed.stderr);
    assert.match(failed.stderr, /Switched back to the old version/);
    assert.match(failed.stderr, /GET \/\S*: 500/);
    assert.equal((await visit(lab, `${name}.test`)).version, "v1");
    const report = await load.stop();
    assert.deepEqual(report.failures.filter(({ version }) => version !== "v4"), []);
    assert.match((await luma("status")).stdout, /RUNNING \(blue active\)[^]*was switched back/);
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    assert.match((await luma("plan")).stdout, /nothing to do/);
  }));

test("luma deploy cuts what is still answered after drain_timeout, and says so", () =>
  withProject("local", async (project) => {
    const { lumaOk, write, name, lab } = project;
    const more = "    deploy: { drain_timeout: 1s, stop_timeout: 1s }\n";
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test`, more }));
    await lumaOk("deploy");
    const load = startLoad({
      address: lab.serverAddress,
      port: 80,
      host: `${name}.test`,
      kinds: [],
    });
    const long = load.request(120);
    await write(blogApp(`${lab.blogImage}:v2`, { host: `${name}.test`, more }));
    const deployed = await lumaOk("deploy");
    assert.match(
      deployed.stderr,
      /1 request was still being answered after 1 s and cut: GET \/slow \(\d+ s\)/,
    );
    assert.match(deployed.stderr, /deploy\.drain_timeout/);
    assert.notEqual((await long).failure, undefined);
    await load.stop();
  }));

test("luma deploy of a first other project disturbs no request of this one", () =>
  withProject("local", async (one) => {
    await one.write(blogApp(`${one.lab.blogImage}:v1`, { host: `${one.name}.test` }));
    await one.lumaOk("deploy");
    const load = loadOn(one);
    const long = load.request(10);
    await withProject("local", async (two) => {
      await two.write(blogApp(`${two.lab.blogImage}:v2`, { host: `${two.name}.test` }));
      await two.lumaOk("deploy");
      assert.equal((await visit(two.lab, `${two.name}.test`)).version, "v2");
    });
    assert.equal((await long).failure, undefined);
    assertNothingLost(await load.stop());
  }));
