import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { blogApp, type Project, type Reach, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { runIn, RUNTIMES } from "./run_script.ts";

const ROOT = resolve(import.meta.dirname ?? ".", "../../..");

/** The commands of docs/permissions.md that start with the given programs' rights and end with `name`. */
async function findCommand(program: string, name: string): Promise<readonly string[]> {
  const page = await readFile(join(ROOT, "docs/permissions.md"), "utf8");
  const found = page.split("\n").filter((line) =>
    line.startsWith("deno run ") && line.includes(`--allow-run=${program} `) &&
    line.endsWith(` ${name}`)
  );
  assert.equal(found.length, 1, `${program} ${name}: ${found.length} commands`);
  const words = (found[0] ?? "").replaceAll("/path/to/luma", ROOT).split(" ").slice(2);
  return [RUNTIMES.deno[0], "run", "--no-prompt", ...words];
}

async function runOk(project: Project, reach: Reach, command: readonly string[]): Promise<string> {
  const ended = await runIn(project, command, { reach });
  assert.equal(ended.code, 0, `${command.join(" ")}\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

function write(project: Project, version: string): Promise<void> {
  const { lab, name } = project;
  const more = "    deploy: { watch: 500ms }\n";
  return project.write(blogApp(`${lab.blogImage}:${version}`, { host: `${name}.test`, more }));
}

for (const [reach, program] of [["local", "docker,sh"], ["ssh", "ssh"]] as const) {
  test(`deno run with the rights of the documents deploys and looks, ${reach}`, () =>
    withProject(reach, async (project) => {
      await write(project, "v1");
      await project.lumaOk("setup");
      await runOk(project, reach, await findCommand(program, "deploy"));
      const { version } = await visit(project.lab, `${project.name}.test`);
      assert.equal(version, "v1");
      const status = await runOk(project, reach, await findCommand(program, "status"));
      assert.match(status, /RUNNING \(blue active\)/);
    }));
}

test("deno run with the rights of the documents makes the image of luma-proxy", () =>
  withProject("local", async (project) => {
    await write(project, "v1");
    for (const name of ["luma-proxy", "luma-proxy-net"]) await project.docker.removeContainer(name);
    for (const { tag } of await project.docker.listImages("luma-proxy")) {
      await project.runner.run({ argv: ["docker", "rmi", "-f", tag] });
    }
    const said = await runOk(project, "local", await findCommand("docker,sh", "setup"));
    assert.match(said, /Making luma-proxy/);
    assert.match(said, /Ready/);
  }));

test("deno run without the right to start sh says which one is missing", () =>
  withProject("local", async (project) => {
    await write(project, "v1");
    const command = (await findCommand("docker,sh", "status")).map((word) =>
      word.replace("docker,sh", "docker")
    );
    const { code, stdout, stderr } = await runIn(project, command);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /Requires run access to "sh"/);
  }));
