/**
 * Writes the files that init plans.
 *
 * The rule: a file that is to be made is never written over, also when it came into being just now;
 * a file of secrets is closed to others before anything is in it.
 *
 * @module
 */
import { lstat, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LumaError, messageOf } from "../error.ts";
import type { FileChange } from "./plan_init.ts";

/**
 * Writes `changes` below `folder`.
 *
 * @throws {LumaError} Where one cannot be written.
 */
export async function writeFiles(folder: string, changes: readonly FileChange[]): Promise<void> {
  // Before the first is written: all of them, or none.
  for (const { path } of changes) {
    for (const each of [dirname(path), path]) {
      if (each !== ".") await refuseLink(join(folder, each));
    }
  }
  for (const { path, text, action, isSecret } of changes) {
    const file = join(folder, path);
    try {
      if (dirname(path) !== ".") await mkdir(dirname(file), { recursive: true });
      const flag = action === "make" ? "wx" : "w";
      await writeFile(file, text, isSecret ? { flag, mode: 0o600 } : { flag });
    } catch (cause) {
      const hint = "Check that you may write in this folder";
      throw new LumaError(`Cannot write ${file}: ${messageOf(cause)}`, {
        exitCode: 2,
        hint,
        cause,
      });
    }
  }
}

/** A link leads out of the folder: what is there is not the project's. */
async function refuseLink(file: string): Promise<void> {
  if (await isLink(file) !== true) return;
  throw new LumaError(`Cannot write ${file}: it is a link to another place`, {
    exitCode: 2,
    hint: "Remove the link, or put a copy in its place; then run luma init again",
  });
}

/** What is not there yet is none; what cannot be looked at is told when it is written. */
async function isLink(file: string): Promise<boolean | undefined> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return undefined;
  }
}
