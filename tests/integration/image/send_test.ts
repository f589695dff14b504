import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { withBuildMachine } from "../../lab/build_machine.ts";
import { readLabEnv } from "../../lab/lab_env.ts";
import { withProject } from "../deploy/project.ts";
import {
  builtWorker,
  eventsOf,
  forgetBuilds,
  HUGE_BYTES,
  readNote,
  SMALL_BASE,
  WORKER,
  writeApp,
  writeNote,
} from "./built_app.ts";

const LAB = readLabEnv();
const APP = { note: "one", base: SMALL_BASE, more: WORKER };

test("luma deploy builds here, sends what the server lacks, and deploys only what changed", () =>
  withBuildMachine(LAB, [SMALL_BASE], (machine) =>
    withProject("ssh", async (project) => {
      const { name, folder, write, lumaOk, docker } = project;
      await writeApp(project, APP);
      await mkdir(join(folder, ".luma"));
      await writeFile(join(folder, ".luma", "secrets"), "RELEASE=s3cret-version\n");
      await write(builtWorker("args: [RELEASE]"));
      const first = await lumaOk("--json", "--verbose", "deploy");
      const [built] = eventsOf(first, "built");
      const [sent, ...again] = eventsOf(first, "sent");
      assert.deepEqual(again, []);
      assert.ok(sent !== undefined && sent.sentBytes > 4_000_000, `${sent?.sentBytes}`);
      assert.ok(sent.sentBytes < sent.wholeBytes / 5, "the server had the base image");
      assert.equal(eventsOf(first, "sending").at(-1)?.sentBytes, sent.sentBytes);
      assert.ok(!first.stdout.includes("s3cret"), "a secret among the arguments is not shown");
      const [container] = await docker.findContainersByLabel([`luma.project=${name}`]);
      assert.equal(container?.imageId, built?.imageId);
      const { stdout: version } = await docker.exec(container?.name ?? "", {
        argv: ["printenv", "VERSION"],
      });
      assert.equal(version, "s3cret-version\n");
      assert.equal(container?.labels["luma.image"], built?.image);

      const second = await lumaOk("--json", "deploy");
      assert.equal(eventsOf(second, "unchanged").length, 1);
      assert.deepEqual(eventsOf(second, "sent"), []);

      await writeNote(folder, "two");
      assert.match((await lumaOk("deploy", "--skip-build")).stdout, /blog is up to date/);
      const third = await lumaOk("--json", "deploy");
      const [change] = eventsOf(third, "sent");
      assert.ok(change !== undefined && change.sentBytes < sent.sentBytes / 10);
      assert.equal(await readNote(project), "two");
      await forgetBuilds(project);
    }, { DOCKER_HOST: machine.dockerHost })));

test("luma deploy that is killed while it sends leaves nothing, and the next one sends again", () =>
  withBuildMachine(LAB, [SMALL_BASE], (machine) =>
    withProject("ssh", async (project) => {
      const { write, start, lumaOk, docker, runner } = project;
      const listDangling = async () => {
        const argv = ["docker", "image", "ls", "--quiet", "--filter", "dangling=true"];
        return (await runner.run({ argv })).stdout;
      };
      await writeApp(project, { ...APP, bigBytes: HUGE_BYTES });
      await write(builtWorker("context: ."));
      const before = await listDangling();
      const running = start("--json", "deploy");
      await running.until(/"sending"/);
      running.kill("SIGKILL");
      await running.ended;
      assert.equal(await listDangling(), before);
      assert.deepEqual(await docker.listImages(`luma-build/${project.name}.*`), []);
      assert.equal(eventsOf(await lumaOk("--json", "deploy"), "sent").length, 1);
      assert.equal(await readNote(project), "one");
      await forgetBuilds(project);
    }, { DOCKER_HOST: machine.dockerHost })));
