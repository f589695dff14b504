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
  for (const { path, text, action, isSecret } of changes) {
    const file = join(folder, path);
    try {
      if (dirname(path) !== ".") await mkdir(dirname(file), { recursive: true });
      for (const each of [dirname(file), file]) await refuseLink(each, folder);
      const flag = action === "make" ? "wx" : "w";
      await writeFile(file, text, isSecret ? { flag, mode: 0o600 } : { flag });
    } catch (cause) {
      if (cause instanceof LumaError) throw cause;
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
async function refuseLink(file: string, folder: string): Promise<void> {
  if (file === folder) return;
  const found = await lstat(file).catch(() => undefined);
  if (found?.isSymbolicLink() !== true) return;
  throw new LumaError(`Cannot write ${file}: it is a link to another place`, {
    exitCode: 2,
    hint: "Put a file of its own there, or write what luma init --help tells by hand",
  });
}
