import assert from "node:assert/strict";
import { test } from "node:test";
import { pause, startDeploy, untilStep } from "./crash_run.ts";
import { observeBlog, requireAtRest, withCrashSite } from "./crash_site.ts";
import { blogApp, type Ended, withProject } from "./project.ts";
import { visit } from "./visit.ts";

const SHORT_WATCH = "    deploy: { watch: 500ms }\n";

test("two luma deploy of one app never overlap: the second one waits, and finds nothing to do", () =>
  withCrashSite({}, async (site) => {
    const { next, start, requireNoLoss } = site;
    for (const step of ["create-replica", "watch", "stop-container"] as const) {
      const version = await next();
      const first = startDeploy(site);
      await untilStep(first, step);
      // It is held there, so that it cannot be over before the other one comes to its lock.
      assert.ok(pause(first), `over before ${step} was seen`);
      const second = start("--json", "deploy");
      await second.until(/"kind":"waiting for lock"/);
      first.kill("SIGCONT");
      const [one, two] = await Promise.all([first.ended, second.ended]);
      assert.equal(one.code, 0, one.stdout);
      assert.equal(two.code, 0, two.stdout + two.stderr);
      assert.match(two.stdout, /"kind":"waiting for lock".*"owner":"[^"]+","host":"[^"]+"/);
      assert.match(two.stdout, /"kind":"unchanged"/);
      assert.doesNotMatch(two.stdout, /"kind":"step"/);
      await requireAtRest(site, { version, when: step });
      requireNoLoss(`at ${step}`);
    }
  }));

test("two luma deploy of one app started together deploy it once, also the first time", () =>
  withProject("local", async (project) => {
    const { lab, name, write, luma } = project;
    const host = `${name}.test`;
    for (const version of ["v1", "v2"]) {
      await write(blogApp(`${lab.blogImage}:${version}`, { host, more: SHORT_WATCH }));
      const both = await Promise.all([luma("--json", "deploy"), luma("--json", "deploy")]);
      assert.deepEqual(both.map(({ code }) => code), [0, 0], describe(both));
      const deployed = both.filter(({ stdout }) => stdout.includes('"kind":"deployed"'));
      const unchanged = both.filter(({ stdout }) => stdout.includes('"kind":"unchanged"'));
      assert.deepEqual([deployed.length, unchanged.length], [1, 1], describe(both));
      await requireAtRest({ ...project, host }, { version, when: version });
    }
  }));

test("luma deploy exits with 5 and says who holds the lock when that lasts for more than a lease", () =>
  withCrashSite({ deploy: "{ watch: 25s }" }, async (site) => {
    const { next, luma, requireNoLoss } = site;
    const version = await next();
    const first = startDeploy(site);
    await untilStep(first, "watch");
    const second = await luma("deploy");
    assert.equal(second.code, 5, second.stdout + second.stderr);
    assert.match(
      second.stderr,
      /Cannot deploy "blog" on local: locked by \S+ on \S+ \(process \d+\) since \d{4}-/,
    );
    assert.match(second.stderr, /luma lock release blog/);
    assert.equal((await first.ended).code, 0);
    await requireAtRest(site, { version, when: "afterwards" });
    requireNoLoss("while two deployed");
  }));

test("two luma deploy of different apps of one project run together, and choose different addresses", () =>
  withProject("local", async (project) => {
    const { lab, name, write, luma, docker } = project;
    const apps = ["shop", "wiki", "docs"];
    for (const version of ["v1", "v2", "v1"]) {
      await write(
        apps.map((app) =>
          blogApp(`${lab.blogImage}:${version}`, {
            name: app,
            host: `${app}.${name}.test`,
            replicas: 2,
            more: SHORT_WATCH,
          })
        ).join(""),
      );
      const ended = await Promise.all(apps.map((app) => luma("deploy", app)));
      assert.deepEqual(ended.map(({ code }) => code), [0, 0, 0], describe(ended));
      const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
      const addresses = containers.map(({ networks }) => networks[`${name}-network`]?.address);
      assert.equal(new Set(addresses).size, 6, addresses.join(" "));
      for (const app of apps) {
        assert.equal((await visit(lab, `${app}.${name}.test`)).version, version);
      }
      assert.match((await luma("plan")).stdout, /^(\[local\] \w+ \(\w+\): nothing to do\n){3}$/);
    }
  }));

test("a deployment whose lock was released by hand changes nothing more", () =>
  withCrashSite({ deploy: "{ watch: 20s }" }, async (site) => {
    const { next, lumaOk, luma, requireNoLoss } = site;
    const version = await next();
    const first = startDeploy(site);
    await untilStep(first, "watch");
    await lumaOk("lock", "release", "blog");
    const second = await luma("deploy");
    assert.equal(second.code, 0, second.stdout + second.stderr);
    const ended = await first.ended;
    assert.equal(ended.code, 5, ended.stdout + ended.stderr);
    await requireAtRest(site, { version, when: "after both" });
    assert.equal((await observeBlog(site)).containers.length, 1);
    requireNoLoss("while one took over from the other");
  }));

function describe(runs: readonly Ended[]): string {
  return runs.map(({ code, stdout, stderr }) => `${code}: ${stdout}${stderr}`).join("\n");
}
