import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../deploy/visit.ts";
import { TOKEN, webApp, withStore } from "./store_project.ts";

test("luma deploy starts a service before the app that needs it, and then leaves it alone", async () => {
  await withStore(async (project) => {
    await project.writeStore({ environment: ["GREETING=one"] });
    const { stdout } = await project.lumaOk("deploy");
    assert.match(stdout, /Starting service db .*\n(.*\n)*.*Service db runs ✅\n.*Deploying web/);
    assert.equal(await project.ask("/greeting", "hello"), "hello");
    assert.equal((await visit(project.lab, project.host)).body, "hello");
    const [first] = await project.containers();
    assert.equal(first?.name, "db");
    assert.equal(first?.restartPolicy, "always");
    assert.ok(!JSON.stringify(first).includes(TOKEN));

    await project.writeStore({ environment: ["GREETING=two"] });
    const left = await project.lumaOk("deploy", "--force");
    assert.match(
      left.stderr,
      /db is left as it is, though in luma\.yml: environment changed\n.*luma deploy db/,
    );
    assert.deepEqual((await project.containers()).map(({ id }) => id), [first?.id]);

    const replaced = await project.lumaOk("deploy", "db");
    assert.match(
      replaced.stdout,
      /Replacing service db: environment changed; .*\n.*\n.*is replaced ✅ \(it was away for \d+\.\d s\)\n$/,
    );
    assert.equal(await project.ask("/env"), `two|${TOKEN}`);
    assert.equal((await visit(project.lab, project.host)).body, "hello", "its data is kept");
    const [second, ...others] = await project.containers();
    assert.deepEqual([second?.name, second?.restartPolicy, others.length], ["db", "always", 0]);
    assert.match((await project.lumaOk("deploy", "--services")).stdout, /Service db is up to date/);
  });
});

test("luma deploy puts the former container of a service back when the new one fails", async () => {
  await withStore(async (project) => {
    await project.writeStore();
    await project.lumaOk("deploy");
    await project.ask("/greeting", "hello");
    const [before] = await project.containers();

    await project.writeStore({ environment: ["BROKEN=no such disk"] });
    const failed = await project.luma("deploy", "db", "web");
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /db\.next of "db" on .* exited with status 7/);
    assert.match(
      failed.stderr,
      /db\.next \| cannot open the store: no such disk, token \[secret\]/,
    );
    assert.match(failed.stderr, /Not deployed, because what comes before failed: web/);
    assert.doesNotMatch(failed.stderr, /Nothing of db is left/);
    assert.match(failed.stdout, /former container runs again, with its data; db was away for/);
    const after = await project.containers();
    assert.deepEqual(after.map(({ id, status }) => [id, status]), [[before?.id, "running"]]);
    assert.equal(after[0]?.restartPolicy, "always");
    assert.equal((await visit(project.lab, project.host)).body, "hello");
  });
});

test("luma deploy fails, and deploys no app, where a first start fails; and cleans up", async () => {
  await withStore(async (project) => {
    await project.writeStore({ environment: ["BROKEN=yes"] });
    const failed = await project.luma("deploy");
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /"db" on local exited with status 7\n.*token \[secret\]\n/);
    assert.doesNotMatch(failed.stdout, /Deploying web/);
    assert.deepEqual(await project.containers(), []);
  });
});

test("luma setup starts services, luma status shows them, and what luma.yml does not have any more", async () => {
  await withStore(async (project) => {
    await project.writeStore();
    assert.match((await project.lumaOk("setup")).stdout, /Service db runs ✅\n.*Ready ✅\n$/);
    assert.match((await project.lumaOk("setup")).stdout, /Ready ✅ \(nothing to do\)\n$/);
    const { stdout } = await project.lumaOk("--json", "status", "db");
    const { kind, status, health, image, restarts } = JSON.parse(stdout);
    assert.deepEqual(
      [kind, status, health, image, restarts],
      ["service status", "running", "healthy", project.image, 0],
    );
    await project.runner.run({ argv: ["docker", "stop", "db"] });
    assert.match((await project.lumaOk("status", "db")).stdout, /db .*\n +Status: ❌ STOPPED/);
    assert.match(
      (await project.lumaOk("deploy")).stdout,
      /Starting service db again: it is exited/,
    );

    await project.writeStore({ isThere: false });
    assert.match(
      (await project.lumaOk("status")).stdout,
      /not in luma\.yml any more; luma remove db/,
    );
    assert.match((await project.lumaOk("deploy")).stderr, /db is not in luma\.yml any more/);
    assert.equal((await project.containers())[0]?.status, "running");
  });
});

test("two deployments of different apps that miss a service start it once", async () => {
  await withStore(async (project) => {
    const { image, host } = project;
    await project.write(
      webApp(image, "web", host) + webApp(image, "other", `other.${host}`) +
        `services:\n  db: { image: "${image}", volumes: ["${project.name}-data:/data"], ` +
        "deploy: { health_timeout: 30s } }\n",
    );
    const runs = await Promise.all(["web", "other"].map((app) => project.luma("deploy", app)));
    assert.deepEqual(runs.map(({ code }) => code), [0, 0], runs.map(({ stderr }) => stderr).join());
    const starts = runs.filter(({ stdout }) => stdout.includes("Starting service db"));
    assert.equal(starts.length, 1);
    assert.deepEqual((await project.containers()).map(({ name }) => name), ["db"]);
  });
});

test("luma deploy gives a service the project's name in front where its own is taken", async () => {
  await withStore(async (project) => {
    await project.runner.run({
      argv: ["docker", "create", "--name", "db", "--label", "of=somebody", project.image],
    });
    try {
      await project.writeStore();
      await project.lumaOk("deploy");
      assert.deepEqual((await project.containers()).map(({ name }) => name), [
        `${project.name}-db`,
      ]);
      assert.equal(await project.ask("/env"), `|${TOKEN}`);
    } finally {
      await project.docker.removeContainer("db");
    }
  });
});
