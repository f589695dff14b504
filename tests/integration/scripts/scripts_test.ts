import assert from "node:assert/strict";
import { test } from "node:test";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { installScript, runIn, RUNTIMES, startIn } from "./run_script.ts";

const SHORT = "    deploy: { watch: 500ms, health_timeout: 3s }\n";

function blog({ lab, name }: Project, version: string, app = "blog"): string {
  const host = `${app}.${name}.test`;
  return blogApp(`${lab.blogImage}:${version}`, { name: app, host, more: SHORT });
}

async function serves(project: Project, version: string, app = "blog"): Promise<void> {
  assert.equal((await visit(project.lab, `${app}.${project.name}.test`)).version, version);
}

test("deploy_checked.ts deploys what passes its check, and nothing else, under both runtimes", () =>
  withProject("local", async (project) => {
    const script = await installScript(project, "deploy_checked.ts");
    for (const [runtime, version] of [["bun", "v1"], ["deno", "v2"]] as const) {
      await project.write(blog(project, version));
      const good = await runIn(project, [...RUNTIMES[runtime], script, "/", "/page"]);
      assert.equal(good.code, 0, good.stdout + good.stderr);
      assert.match(good.stdout, /^\/page answers on every replica of (blue|green)$/m);
      await serves(project, version);
      // Healthy, but its pages fail: only the script's own check sees it.
      await project.write(blog(project, "v4"));
      const bad = await runIn(project, [...RUNTIMES[runtime], script]);
      assert.equal(bad.code, 3);
      assert.match(bad.stderr, /check before the switch of "blog".*GET \/ did not answer 200/);
      await serves(project, version);
    }
  }));

test("nightly.ts goes on after an app that fails, and prints nothing where nothing changed", () =>
  withProject("local", async (project) => {
    const script = await installScript(project, "nightly.ts");
    await project.write(blog(project, "v3", "broken") + blog(project, "v1"));
    const first = await runIn(project, [...RUNTIMES.bun, script]);
    assert.equal(first.code, 3);
    assert.match(first.stderr, /^broken: Health check of "broken" failed/);
    assert.match(first.stdout, /^blog: .*:v1 serves on local after \d+ ms\n$/);
    await serves(project, "v1");
    await project.write(blog(project, "v1"));
    for (const runtime of Object.values(RUNTIMES)) {
      assert.deepEqual(await runIn(project, [...runtime, script]), {
        code: 0,
        stdout: "",
        stderr: "",
      });
    }
  }));

test("canary.ts keeps the new version on yes, and goes back on anything else", () =>
  withProject("local", async (project) => {
    const script = await installScript(project, "canary.ts");
    const run = (runtime: keyof typeof RUNTIMES, input: string) =>
      runIn(project, [...RUNTIMES[runtime], script, "blog", "1"], { input });
    await project.write(blog(project, "v1"));
    const first = await run("deno", "yes\n");
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /^blue answered 0 requests in 1 s, 0 failed$/m);
    await project.write(blog(project, "v2"));
    for (const [runtime, input] of [["bun", "no\n"], ["deno", ""]] as const) {
      const refused = await run(runtime, input);
      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /check before the confirm of "blog".*: the answer was "(no)?"/);
      await serves(project, "v1");
    }
    const kept = await run("bun", "yes\n");
    assert.equal(kept.code, 0, kept.stdout + kept.stderr);
    await serves(project, "v2");
  }));

test("status_page.ts shows what runs, and what does not, under both runtimes", () =>
  withProject("local", async (project) => {
    const script = await installScript(project, "status_page.ts");
    await project.write(blog(project, "v1"));
    await project.lumaOk("deploy");
    await project.write(blog(project, "v1") + blog(project, "v1", "shop"));
    for (const runtime of Object.values(RUNTIMES)) {
      const page = startIn(project, [...runtime, script, "0"]);
      try {
        const url = await page.firstLine;
        const answer = await fetch(url, { headers: { Connection: "close" } });
        const html = await answer.text();
        assert.equal(answer.status, 200, html);
        assert.match(html, /class="good">running<.*<b>blog<\/b>.*blue.*1\/1/);
        assert.match(html, /class="none">not deployed<.*<b>shop<\/b>/);
        assert.match(html, /<li>local: Docker \d/);
      } finally {
        page.stop();
        await page.ended;
      }
    }
  }));
