import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { withBuildMachine } from "../../lab/build_machine.ts";
import { readLabEnv } from "../../lab/lab_env.ts";
import { withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { builtApp, eventsOf, forgetBuilds, readNote, writeApp, writeNote } from "./built_app.ts";

const LAB = readLabEnv();
const BASE = [`${LAB.blogImage}:v1`];

test("luma deploy builds here, sends what the server lacks, and deploys only what changed", () =>
  withBuildMachine(LAB, BASE, (machine) =>
    withProject("ssh", async (project) => {
      const { name, folder, write, lumaOk, docker } = project;
      await writeApp(project, { note: "one" });
      await mkdir(join(folder, ".luma"));
      await writeFile(join(folder, ".luma", "secrets"), "RELEASE=s3cret-version\n");
      await write(builtApp(project, "context: ., args: [RELEASE]"));
      const never = await project.luma("plan");
      assert.equal(never.code, 3);
      assert.match(never.stderr, /Cannot plan "blog": it was never built/);

      const first = await lumaOk("--json", "--verbose", "deploy");
      const [built] = eventsOf(first, "built");
      const [sent, ...again] = eventsOf(first, "sent");
      assert.deepEqual(again, []);
      assert.ok(sent !== undefined && sent.sentBytes > 4_000_000, `${sent?.sentBytes}`);
      assert.ok(sent.sentBytes < sent.wholeBytes / 5, "the server had the base image");
      assert.equal(eventsOf(first, "sending").at(-1)?.sentBytes, sent.sentBytes);
      assert.equal((await visit(LAB, `${name}.test`)).version, "s3cret-version");
      assert.ok(!first.stdout.includes("s3cret"), "a secret among the arguments is not shown");
      const [container] = await docker.findContainersByLabel([`luma.project=${name}`]);
      assert.equal(container?.imageId, built?.imageId);
      assert.equal(container?.labels["luma.image"], built?.image);

      const second = await lumaOk("--json", "deploy");
      assert.equal(eventsOf(second, "unchanged").length, 1);
      assert.deepEqual(eventsOf(second, "sent"), []);

      await writeNote(folder, "two");
      assert.match((await lumaOk("plan")).stderr, /"blog" was not built/);
      assert.match((await lumaOk("deploy", "--skip-build")).stdout, /blog is up to date/);
      const third = await lumaOk("--json", "deploy");
      const [change] = eventsOf(third, "sent");
      assert.ok(change !== undefined && change.sentBytes < sent.sentBytes / 10);
      assert.equal(await readNote(project), "two");
      assert.equal((await lumaOk("redeploy", "--if-changed")).stdout, "");
      await forgetBuilds(project);
    }, { DOCKER_HOST: machine.dockerHost })));

test("luma deploy that is killed while it sends leaves nothing, and the next one sends again", () =>
  withBuildMachine(LAB, BASE, (machine) =>
    withProject("ssh", async (project) => {
      const { write, start, lumaOk, docker, runner } = project;
      const countImages = async () => {
        const { stdout } = await runner.run({
          argv: ["docker", "image", "ls", "--all", "--quiet"],
        });
        return stdout.split("\n").length;
      };
      await writeApp(project, { note: "one" });
      await write(builtApp(project, "context: ."));
      // The proxy, if it has to be set up, has an image of its own.
      await lumaOk("setup");
      const before = await countImages();
      const running = start("--json", "deploy");
      await running.until(/"sending"/);
      running.kill("SIGKILL");
      await running.ended;
      assert.equal(await countImages(), before);
      assert.deepEqual(await docker.listImages(`luma-build/${project.name}.*`), []);
      assert.equal(eventsOf(await lumaOk("--json", "deploy"), "sent").length, 1);
      assert.equal(await readNote(project), "one");
      await forgetBuilds(project);
    }, { DOCKER_HOST: machine.dockerHost })));
