import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { blogApp, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { runInTerminal } from "./run_in_terminal.ts";

test("luma status --watch draws on a terminal in place, tells the traffic, and ends with q", () =>
  withProject("ssh", async (project) => {
    const { write, name, lab, lumaOk } = project;
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    await lumaOk("deploy");
    const run = await runInTerminal(project, "status", "--watch", "500ms");
    await run.until(/every 0\.5 s · q ends/);
    await run.until(/Traffic: 0\.0 requests\/s/);
    // Until it is seen: a look that comes late may be over before it is read.
    let isSeen = false;
    const seen = run.until(/Traffic: (?!0\.0)\d+\.\d requests\/s/).then(() => isSeen = true);
    while (!isSeen) {
      await visit(lab, `${name}.test`);
      await Promise.race([seen, sleep(100)]);
    }
    await seen;
    run.press("q");
    assert.equal(await run.ended, 0);
    const screen = run.terminal.screen();
    assert.equal(screen.filter((line) => line === "📱 App: blog").length, 1);
    assert.ok(!screen.some((line) => line.includes("q ends")));

    // Without a terminal one look follows the other, until it is interrupted.
    const appended = project.start("status", "--watch", "500ms");
    await appended.until(/(--- \d{4}-[^]*RUNNING[^]*){2}/);
    appended.kill("SIGINT");
    const { code, stdout, stderr } = await appended.ended;
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /📱 App: blog\n {3}Status: ✅ RUNNING/);
  }));

test("luma status shows the others where a server cannot be reached, and exits with 3", () =>
  withProject("ssh", async (project) => {
    const { write, name, lab, luma } = project;
    const here = blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` });
    await write(
      `${here}  lost: { image: x, server: "root@127.0.0.1:1", proxy: { hosts: [x.test] } }\n`,
    );
    const text = await luma("status");
    assert.equal(text.code, 3);
    assert.match(
      text.stdout,
      /App: blog\n {3}Status: ➖ NOT DEPLOYED[^]*→ luma deploy blog brings it/,
    );
    assert.match(text.stdout, /App: lost\n {3}Status: ❓ UNREACHABLE\n {3}\[.*\] Cannot reach /);
    assert.match(text.stderr, /Error: Cannot look at 1 of 2 servers: [^]*→ .*luma doctor/);
    const json = await luma("status", "--json");
    assert.equal(json.code, 3);
    const lines = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ kind, status }) => [kind, status]), [
      ["status", "not deployed"],
      ["status", "unreachable"],
      ["error", undefined],
    ]);
  }));

test("luma status shows who deploys, and then what an interrupted deployment left", () =>
  withProject("ssh", async (project) => {
    const { write, name, lab, lumaOk, start } = project;
    const app = blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` });
    await write(app);
    await lumaOk("deploy");
    // It is not healthy for as long as it is looked at.
    const broken = blogApp(`${lab.blogImage}:v3`, { host: `${name}.test` });
    await write(`${broken}    deploy: { health_timeout: 5m }\n`);
    const running = start("deploy", "--verbose", "--json");
    await running.until(/"kind":"replica waiting"/);
    const during = await lumaOk("status");
    assert.match(during.stdout, /Deployment under way: begun .* ago by /);
    assert.match(during.stdout, /Beside what is in use: \S*blog-green/);
    running.kill("SIGKILL");
    await running.ended;
    // A lease holds for 15 s after whoever held it was killed.
    const left = await waitForLeft(() => lumaOk("status"));
    assert.match(left, /Left by an interrupted deployment: \S*blog-green/);
    assert.match(left, /→ luma deploy blog removes \S*blog-green/);
  }));

async function waitForLeft(
  look: () => Promise<{ readonly stdout: string }>,
): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { stdout } = await look();
    if (!stdout.includes("Deployment under way")) return stdout;
  }
  throw new Error("The lock of a killed deployment was never over");
}
