import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { builtApp, eventsOf, forgetBuilds, readNote, writeApp, writeNote } from "./built_app.ts";

test("luma deploy sends nothing to this machine's own Docker, and names what it builds", () =>
  withProject("local", async (project) => {
    const { name, folder, lab, write, lumaOk, luma, docker } = project;
    const image = `    image: acme/${name}\n`;
    await writeApp(project, { note: "one" });
    await write(builtApp(project, "context: ., args: { RELEASE: one }", image));
    const never = await luma("plan");
    assert.equal(never.code, 3);
    assert.match(never.stderr, /Cannot plan with image "acme\/.*": local does not have it yet/);
    const first = await lumaOk("--json", "deploy");
    assert.deepEqual(eventsOf(first, "sent"), []);
    const [built] = eventsOf(first, "built");
    assert.equal((await docker.inspectImage(`acme/${name}`))?.id, built?.imageId);
    assert.match((await lumaOk("deploy")).stdout, /blog is up to date/);

    const planned = await lumaOk("plan");
    assert.match(planned.stderr, /"blog" was not built/);
    assert.match(planned.stdout, /nothing to do/);
    await write(builtApp(project, "context: ., args: { RELEASE: two }", image));
    await lumaOk("deploy", "--version", "2");
    assert.equal((await visit(lab, `${name}.test`)).version, "two");
    assert.equal((await docker.inspectImage(`acme/${name}`))?.id, built?.imageId, "it stays");

    const back = await lumaOk("deploy", "--skip-build", "--version", "latest");
    assert.match(back.stdout, /Deployment complete/);
    assert.equal((await visit(lab, `${name}.test`)).version, "one");

    await writeNote(folder, "three");
    const many = await luma("deploy", "--skip-build", "--version", "gone");
    assert.equal(many.code, 3);
    assert.match(many.stderr, /Cannot get image "acme\/.*:gone" on local/);
    assert.equal(await readNote(project), "one");
    await forgetBuilds(project);
  }));

test("luma deploy shows the builder's last lines when a build fails, and changes nothing", () =>
  withProject("local", async (project) => {
    const { name, write, luma, runner } = project;
    await writeApp(project, { note: "one", more: "RUN echo no compiler >&2; exit 9" });
    await write(builtApp(project, "context: ."));
    const failed = await luma("deploy");
    assert.equal(failed.code, 3);
    assert.match(
      failed.stderr,
      /^\[local\] Building blog\.\.\.\nError: Cannot build "blog": .*9\n/,
    );
    assert.match(failed.stderr, /\n {4}no compiler\n/);
    assert.match(failed.stderr, /nothing was changed on the server/);
    const { stdout } = await runner.run({
      argv: ["docker", "network", "ls", "--quiet", "--filter", `name=${name}`],
    });
    assert.equal(stdout, "");
    await forgetBuilds(project);
  }));

test("luma deploy says what a build misses, before it contacts anything", () =>
  withProject("local", async (project) => {
    const { folder, write, luma } = project;
    const cases = [
      ["context: nowhere", 2, /no folder .*nowhere/],
      ["dockerfile: Other", 2, /there is no .*Other\n {2}→ Write a Dockerfile/],
    ] as const;
    for (const [build, code, words] of cases) {
      await write(builtApp(project, build));
      const ended = await luma("deploy");
      assert.equal(ended.code, code);
      assert.equal(ended.stdout, "");
      assert.match(ended.stderr, words);
    }
    await writeApp(project, { note: "one", more: "COPY . /app/" });
    await mkdir(join(folder, ".luma"));
    await writeFile(join(folder, ".luma", "secrets"), "TOKEN=x\n", { mode: 0o600 });
    await write(builtApp(project, "context: ."));
    const open = await luma("deploy");
    assert.equal(open.code, 2);
    assert.equal(open.stdout, "");
    assert.match(open.stderr, /its image would hold \.luma\/secrets, which `COPY \. \/app\/` /);
    assert.match(open.stderr, /→ Add a line \.luma to \S+\/\.dockerignore\n/);
    await writeApp(project, { note: "one" });
    await write(builtApp(project, "platform: linux/s390x"));
    const foreign = await luma("deploy");
    assert.equal(foreign.code, 3);
    assert.match(foreign.stderr, /build\.platform is linux\/s390x, but local is linux\//);
  }));

test("luma deploy says that there is no Docker to build with", () =>
  withProject("ssh", async (project) => {
    await writeApp(project, { note: "one" });
    await project.write(builtApp(project, "context: ."));
    const ended = await project.luma("deploy");
    assert.equal(ended.code, 3);
    assert.match(ended.stderr, /Cannot build "blog": Cannot reach Docker on this machine: /);
    assert.match(ended.stderr, /→ Start Docker on this machine: .*; or build it elsewhere/);
  }, { DOCKER_HOST: "unix:///nowhere.sock" }));
