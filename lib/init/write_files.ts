/**
 * Writes the files that init plans.
 *
 * The rule: a file that is to be made is never written over, also when it came into being just now;
 * a file of secrets is closed to others before anything is in it.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
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
