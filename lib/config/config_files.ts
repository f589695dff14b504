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
  /** Whether there is a file. */
  isThere(path: string): Promise<boolean>;
  /** Whether others than its owner may read it; false where the system cannot tell. */
  isReadableByOthers(path: string): Promise<boolean>;
}

/** The files of this machine. */
export const DISK_FILES: ConfigFiles = {
  async readText(path) {
    const bytes = await readBytes(path);
    return bytes === undefined ? undefined : decodeText(bytes, path);
  },
  async isThere(path) {
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() ?? false;
  },
  async isReadableByOthers(path) {
    // Windows has no such bits; Node makes them up.
    if (process.platform === "win32") return false;
    const { mode } = await stat(path);
    return (mode & 0o044) !== 0;
  },
};

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const [why, hint] = describeReadFailure(code, path) ??
      [messageOf(cause), "Check that it is a file, and that you may read it"];
    throw new LumaError(`Cannot read ${path}: ${why}`, { exitCode: 2, hint, cause });
  }
}

function describeReadFailure(code: string, path: string): readonly [string, string] | undefined {
  switch (code) {
    case "EISDIR":
      return ["it is a folder", "Name the file in it, or move the folder away"];
    case "EACCES":
    case "EPERM":
      return ["you may not read it", `See who may: ls -l ${path}`];
    case "ELOOP":
      return ["it is a link that leads back to itself", `See where it leads: ls -l ${path}`];
  }
  return undefined;
}

/**
 * The text of a file in UTF-8, the one encoding of YAML that people still use.
 *
 * @throws {LumaError} With the line that is none.
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (cause) {
    // A TypeError is how the decoder says that the bytes are no text.
    if (!(cause instanceof TypeError)) throw cause;
  }
  const loose = new TextDecoder().decode(bytes);
  const line = loose.slice(0, loose.search(/[\0\uFFFD]/)).split("\n").length;
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const from = isUtf16 ? "UTF-16" : "LATIN1";
  throw new LumaError(
    `Cannot read ${path}: ${isUtf16 ? "it is in UTF-16" : `line ${line} is not text in UTF-8`}`,
    { exitCode: 2, hint: `Save it as UTF-8, in the editor or with: iconv -f ${from} -t UTF-8` },
  );
}
