/**
 * `luma init`, `luma deploy`, in folders as a person has them: what init writes is built, answers
 * its health check, and ends well.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { makeStandIn } from "./stand_ins.ts";

type Files = Readonly<Record<string, string>>;

/** It listens where the environment says, and ends in good order: the same for each of them. */
const SERVER = `import { createServer } from "node:http";
import process from "node:process";
const server = createServer((_, answer) => answer.end("hello"));
server.listen(Number(process.env.PORT));
process.on("SIGTERM", () => server.close());
`;

const PROGRAMS: readonly (readonly [language: string, base: string, files: Files])[] = [
  ["Bun", "oven/bun:1-slim", {
    "package.json": '{ "name": "x", "scripts": { "start": "bun index.ts" } }',
    "index.ts": SERVER,
  }],
  ["Deno", "denoland/deno:2", {
    "deno.json": '{ "tasks": { "start": "deno run --allow-net --allow-env main.ts" } }',
    "main.ts": SERVER,
  }],
  ["Node.js", "node:22-slim", {
    "package.json":
      '{ "name": "x", "version": "1.0.0", "type": "module", "scripts": { "start": "node src/server.js" } }',
    "package-lock.json":
      '{ "name": "x", "version": "1.0.0", "lockfileVersion": 3, "packages": { "": { "name": "x", "version": "1.0.0" } } }',
    "src/server.js": SERVER,
  }],
];

async function writeAll({ folder }: Project, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

for (const [language, base, files] of PROGRAMS) {
  test(`luma init makes a folder with a program of ${language} ready to be deployed`, async () => {
    await makeStandIn(base);
    await withProject("local", async (project) => {
      const host = `${project.name}.example.com`;
      await writeAll(project, files);
      await project.lumaOk("init", "--yes", "--name", project.name, "--host", host);
      await project.lumaOk("deploy");
      assert.deepEqual(await visitText(project, host), [200, "hello"]);
      assert.doesNotMatch(await listImageFiles(project), /^\.(luma|git)$/m);
      // The program gets SIGTERM itself, and ends in good order.
      await project.runner.run({ argv: ["docker", "stop", `${project.name}-blue`] });
      assert.equal(await exitCodeOf(project), "0");
    });
  });
}

async function visitText({ lab }: Project, host: string): Promise<readonly [number, string]> {
  const { status, body } = await visit(lab, host);
  return [status, body];
}

async function listImageFiles({ runner, name }: Project): Promise<string> {
  const { stdout } = await runner.run({
    argv: ["docker", "exec", `${name}-blue`, "ls", "-A", "/app"],
  });
  return stdout;
}

async function exitCodeOf({ runner, name }: Project): Promise<string> {
  const { stdout } = await runner.run({
    argv: ["docker", "inspect", "--format", "{{.State.ExitCode}}", `${name}-blue`],
  });
  return stdout.trim();
}
