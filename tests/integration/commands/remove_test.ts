import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Container } from "../../../lib/docker/types.ts";
import { listVolumes } from "../../../lib/docker/volume_operations.ts";
import { startLoad } from "../../load/start_load.ts";
import { waitFor } from "../deploy/crash_run.ts";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";

function app(project: Project, name: string): string {
  const host = `${name}.${project.name}.test`;
  return blogApp(`${project.lab.blogImage}:v1`, { name, host });
}

function containersOf({ docker, name }: Project) {
  return docker.findContainersByLabel([`luma.project=${name}`]);
}

/** A service as a deployment starts it, with these volumes. */
async function startService(
  { docker, name: project, lab }: Project,
  service: string,
  volumes: readonly string[],
): Promise<Container> {
  const name = `${project}-${service}`;
  await docker.createContainerWithLabels({
    name,
    image: `${lab.blogImage}:v1`,
    labels: { "luma.project": project, "luma.service": service },
    network: `${project}-network`,
    restart: "always",
    environment: {},
    secrets: {},
    volumes,
  });
  await docker.startContainer(name);
  const [container] = await docker.inspectContainers([name]);
  assert.ok(container !== undefined);
  return container;
}

/** The apps and services whose locks are on the server, also those whose time is over. */
async function lockedOf({ lab, runner, name }: Project): Promise<readonly string[]> {
  const { stdout } = await runner.run({ argv: [...lab.enter, "ls", "/var/lib/luma/locks"] });
  return stdout.split("\n").filter((file) => file.startsWith(`${name}.`) && file.endsWith(".lock"))
    .map((file) => file.slice(name.length + 1, -".lock".length)).sort();
}

test("luma remove lets requests end, turns new ones away, and asks before", () =>
  withProject("ssh", async (project) => {
    const { luma, lumaOk, lab, name } = project;
    await project.write(app(project, "one") + app(project, "two"));
    await lumaOk("deploy");
    const shy = await luma("remove", "one");
    assert.equal(shy.code, 2);
    assert.match(shy.stdout, /To be removed:\s+one \(app, .*\s+container one-blue\n/);
    assert.match(shy.stderr, /nobody is there to answer[^]*luma remove one --yes/);
    const dry = await lumaOk("remove", "--all", "--dry-run");
    assert.match(dry.stdout, /one-blue[^]*two-blue[^]*network \S+-network/);
    assert.equal((await containersOf(project)).length, 2);

    const load = startLoad({
      address: lab.serverAddress,
      port: 80,
      host: `one.${name}.test`,
      kinds: [],
    });
    const long = load.request(15);
    const removing = project.start("--json", "remove", "one", "--yes");
    await removing.until(/"kind":"draining"/);
    assert.notEqual((await visit(lab, `one.${name}.test`)).status, 200);
    assert.equal((await long).failure, undefined);
    assert.equal((await removing.ended).code, 0);
    await load.stop();
    assert.equal((await visit(lab, `two.${name}.test`)).status, 200);

    await project.write(app(project, "three"));
    assert.match((await luma("remove", "twoo", "--yes")).stderr, /Did you mean "two"\?/);
    await lumaOk("remove", "two", "--yes");
    assert.deepEqual(await containersOf(project), []);
    assert.match((await lumaOk("remove", "three", "--yes")).stdout, /Nothing of three is there/);
  }));

test("luma remove --all goes on after it was killed, and keeps volumes until they are asked for", () =>
  withProject("ssh", async (project) => {
    const { lumaOk, luma, docker, runner, name } = project;
    await project.write(app(project, "one") + app(project, "two"));
    await lumaOk("deploy");
    const volume = `${name}-data`;
    const image = `${project.lab.blogImage}:v1`;
    await appendFile(
      join(project.folder, "luma.yml"),
      `services:
  db: { image: "${image}", volumes: ["${volume}:/data"] }
  cache: { image: "${image}" }
`,
    );
    await startService(project, "db", [`${volume}:/data`]);
    const cache = await startService(project, "cache", ["/data"]);

    const restarted = await lumaOk("restart", "db");
    assert.match(restarted.stdout, /Restarting db[^]*db is back after \d/);

    const halfway = project.start("--json", "remove", "cache", "--volumes", "--yes");
    await halfway.until(/"step":"remove-service"/);
    halfway.kill("SIGKILL");
    await halfway.ended;
    await lumaOk("remove", "cache", "--volumes", "--yes");
    const unnamed = cache.volumes?.[0]?.name ?? "";
    assert.match(unnamed, /^[0-9a-f]{64}$/);
    // What was under way when luma was killed comes to its end on the server.
    await waitFor(async () => (await listVolumes(runner)).includes(unnamed) ? undefined : "gone");

    const killed = project.start("--json", "remove", "--all", "--yes");
    await killed.until(/"kind":"removed"/);
    killed.kill("SIGKILL");
    await killed.ended;
    assert.deepEqual(await lockedOf(project), ["cache", "db", "one", "two"]);
    const again = await lumaOk("remove", "--all", "--yes");
    assert.match(again.stdout, new RegExp(`Stays: volume ${volume}; .*docker volume rm`));
    assert.match(again.stdout, /Stays: luma-proxy[^]*docker rm -f luma-proxy luma-proxy-net/);
    assert.deepEqual(await containersOf(project), []);
    assert.equal(await docker.inspectNetwork(`${name}-network`), undefined);
    assert.deepEqual(await docker.listImages(`luma/${name}.*`), []);
    assert.ok((await listVolumes(runner)).includes(volume));

    await lumaOk("remove", "db", "--volumes", "--yes");
    assert.ok(!(await listVolumes(runner)).includes(volume));
    assert.match((await luma("remove", "--all", "--yes")).stdout, /Nothing of \S+ is there/);
    const status = await lumaOk("proxy", "status");
    assert.match(status.stdout, /luma-proxy \S+, started .*, \d workers/);
    assert.doesNotMatch(status.stdout, new RegExp(`${name}/`));
  }));
