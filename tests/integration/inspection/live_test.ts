import assert from "node:assert/strict";
import { test } from "node:test";
import { blogApp, withProject } from "../deploy/project.ts";
import { runInTerminal } from "./run_in_terminal.ts";

test("luma deploy shows on a terminal what happens, and leaves its plain lines alone there", () =>
  withProject("ssh", async (project) => {
    const { write, name, lab } = project;
    const app = blogApp(`${lab.blogImage}:v1`, { host: `${name}.test`, replicas: 2 });
    await write(`${app}    environment: { plain: [MODE=slow-start] }\n`);
    const run = await runInTerminal(project, "deploy");
    await run.until(/blog: waiting until all are healthy/);
    await run.until(/blog-blue-\d {2}waiting/);
    await run.until(/watching the new version/);
    assert.equal(await run.ended, 0);
    const at = `[${lab.serverName}]`;
    const screen = run.terminal.screen().filter((line) => line.startsWith(at));
    assert.ok(screen.includes(`${at} Health checks: ✓ 2/2 replicas healthy`));
    assert.ok(screen.includes(`${at} Deployment complete ✅`));
    assert.deepEqual(run.terminal.screen().filter((line) => /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line)), []);
  }));

test("luma deploy that is interrupted at a terminal leaves nothing of its display", () =>
  withProject("ssh", async (project) => {
    const { write, name, lab, docker } = project;
    await write(blogApp(`${lab.blogImage}:v3`, { host: `${name}.test` }));
    const run = await runInTerminal(project, "deploy");
    await run.until(/blog-blue {2}waiting: GET \/up: 500/);
    run.press("\u0003");
    await run.until(/^Interrupted: putting things in order/);
    assert.equal(await run.ended, 130);
    assert.deepEqual(run.terminal.screen().filter((line) => /waiting|\^C/.test(line)), []);
    assert.deepEqual(await docker.findContainersByLabel([`luma.project=${name}`]), []);
  }));
