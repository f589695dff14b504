import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { runProgram, withFolder } from "./run_program.ts";

/** The first word of help that tells the programs apart. */
const USAGE = {
  "luma": /^Usage: luma \[options\]/,
  "luma-proxy": /^Usage: luma-proxy COMMAND/,
  "luma-health": /^Usage: luma-health URL/,
} as const;

test("an executable is the program that a link to it is called", () =>
  withFolder(async (folder) => {
    const cases = [
      ["luma-proxy", "luma-health", "luma-health"],
      ["luma-proxy", "something", "luma-proxy"],
      ["luma", "luma-proxy", "luma-proxy"],
      ["luma", "luma-health", "luma-health"],
      ["luma", "something", "luma"],
    ] as const;
    for (const [name, link, expected] of cases) {
      const path = join(folder, link);
      await runProgram(["rm", "-f", path], { cwd: folder });
      await symlink(await ensureHostExecutable(name), path);
      const env = { PATH: `${folder}:/usr/bin:/bin` };
      for (const called of [path, link]) {
        const { stdout } = await runProgram([called, "--help"], { cwd: folder, env });
        assert.match(stdout, USAGE[expected], `${called}, a link to ${name}`);
      }
    }
  }));

test("luma is a program that it carries, by its first word or by LUMA_RUN_AS", () =>
  withFolder(async (cwd) => {
    const luma = await ensureHostExecutable("luma");
    for (const name of ["luma-proxy", "luma-health"] as const) {
      assert.match((await runProgram([luma, name, "--help"], { cwd })).stdout, USAGE[name]);
      const env = { LUMA_RUN_AS: name };
      assert.match((await runProgram([luma, "--help"], { cwd, env })).stdout, USAGE[name]);
    }
  }));
