/**
 * Reads the files that a configuration consists of.
 *
 * The rule: a file that is not there is undefined; every other failure is an error that says why.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { LumaError, messageOf } from "../error.ts";

/** The access to files that {@linkcode loadConfig} needs. */
export interface ConfigFiles {
  /**
   * The text of the file at an absolute path; none where there is no file.
   *
   * @throws {LumaError} When it cannot be read.
   */
  readText(path: string): Promise<string | undefined>;
  /** Whether others than its owner may read it; false where the system cannot tell. */
  isReadableByOthers(path: string): Promise<boolean>;
}

/** The files of this machine. */
export const DISK_FILES: ConfigFiles = {
  async readText(path) {
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      const hint = "Check that it is a file, and that you may read it";
      throw new LumaError(`Cannot read ${path}: ${messageOf(cause)}`, { exitCode: 2, hint, cause });
    }
  },
  async isReadableByOthers(path) {
    // Windows has no such bits; Node makes them up.
    if (process.platform === "win32") return false;
    const { mode } = await stat(path);
    return (mode & 0o044) !== 0;
  },
};

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}
