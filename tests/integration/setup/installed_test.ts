import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";

const ROOT = resolve(import.meta.dirname ?? ".", "../../..");

/** Runs a program in the project's folder; fails with its own words unless it exits with 0. */
async function run(
  { folder, lab }: Project,
  [program = "", ...args]: readonly string[],
): Promise<void> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin:/usr/local/bin", HOME: folder, DOCKER_HOST: lab.dockerHost },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (bytes) => said += bytes);
  child.stderr.on("data", (bytes) => said += bytes);
  const code = await new Promise((done) => child.on("close", done));
  assert.equal(code, 0, `${program} ${args.join(" ")}\n${said}`);
}

/** A server without proxy and without any image of it. */
async function forgetProxy({ docker, runner }: Project): Promise<void> {
  for (const name of ["luma-proxy", "luma-proxy-net"]) await docker.removeContainer(name);
  for (const { tag } of await docker.listImages("luma-proxy")) {
    await runner.run({ argv: ["docker", "rmi", "-f", tag] });
  }
}

async function deployWith(project: Project, luma: readonly string[]): Promise<void> {
  const { write, name, lab, docker } = project;
  await forgetProxy(project);
  await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
  await run(project, [...luma, "deploy"]);
  assert.equal((await visit(lab, `${name}.test`)).version, "v1");
  const output = await docker.exec("luma-proxy", { argv: ["luma-proxy", "list"] });
  assert.match(output.stdout, new RegExp(`${name}/blog`));
  await run(project, [...luma, "status"]);
}

/** Gives `body` a folder outside of the checkout. */
async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-installed-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("luma, as an executable alone in a folder, brings the proxy that it carries", () =>
  withProject("local", (project) =>
    withFolder(async (folder) => {
      await run(project, [
        join(ROOT, "node_modules/.bin/bun"),
        join(ROOT, "lib/build/build.ts"),
        "luma",
      ]);
      await cp(join(ROOT, "dist/luma"), join(folder, "luma"));
      await deployWith(project, [join(folder, "luma")]);
    })));

test("luma, as a package that Deno runs, brings its own runtime and the proxy's modules", () =>
  withProject("local", (project) =>
    withFolder(async (folder) => {
      for (const part of ["mod.ts", "cli.ts", "lib", "proxy", "deno.json", "package.json"]) {
        await cp(join(ROOT, part), join(folder, part), { recursive: true });
      }
      // Bun is left out: a package that was installed has its dependencies, and no compiler.
      await cp(join(ROOT, "node_modules"), join(folder, "node_modules"), {
        recursive: true,
        filter: (path) =>
          !/node_modules\/(bun|@oven|deno|@deno|typescript|@typescript|\.bin)(\/|$)/.test(path),
      });
      await deployWith(project, [
        join(ROOT, "node_modules/.bin/deno"),
        "run",
        "-A",
        join(folder, "mod.ts"),
      ]);
    })));
