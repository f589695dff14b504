/**
 * The folder for the sockets of shared SSH connections.
 *
 * The rule: whoever can open such a socket runs commands on the server, so the folder is ours alone, or it is
 * not used.
 *
 * @module
 */
import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

/** ssh appends 17 characters while it makes a socket, and paths of sockets end at 108 (104 on macOS). */
const LONGEST_FOLDER = 60;

/**
 * Makes the folder, `/run/user/UID/luma` or `/tmp/luma-UID`.
 *
 * @returns Its path; `undefined` where the platform's ssh shares no connections, or where the folder is
 *   somebody else's: ssh works without.
 */
export async function prepareControlFolder(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const uid = process.getuid?.();
  if (process.platform === "win32" || uid === undefined) return undefined;
  for (const folder of controlFolders(env, uid)) {
    if (await isPrivateFolder(folder, uid)) return folder;
  }
  return undefined;
}

/** The folders to try, best first. */
export function controlFolders(
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): readonly string[] {
  const runtime = env["XDG_RUNTIME_DIR"] ?? "";
  const shared = `/tmp/luma-${uid}`;
  const isUsable = /^\/[\w/.-]+$/.test(runtime) && runtime.length <= LONGEST_FOLDER;
  return isUsable ? [join(runtime, "luma"), shared] : [shared];
}

/** Makes `folder` where it is missing. @returns Whether it is a folder of `uid`, closed to others. */
export async function isPrivateFolder(folder: string, uid: number): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A parent that is missing or not ours: no folder here.
    if (code !== "EEXIST") return false;
  }
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0;
}
