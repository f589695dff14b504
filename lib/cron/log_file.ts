/**
 * The log of the runs that cron starts: where it is, what it says, and how it is kept short.
 *
 * The rule: `/var/log/luma` for root, `~/.luma` for everybody else; a folder that nobody else writes to.
 *
 * @module
 */
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LumaError, messageOf } from "../error.ts";
import { statusFileOf } from "./format_cron_line.ts";

/** Whose log it is. */
export interface LogOwner {
  readonly isRoot: boolean;
  readonly home: string | undefined;
}

/** The log of a project, unless the user names another. @throws {LumaError} Without a home. */
export function defaultLog(project: string, { isRoot, home }: LogOwner): string {
  if (isRoot) return `/var/log/luma/cron-${project}.log`;
  if (home !== undefined) return join(home, ".luma", `cron-${project}.log`);
  throw new LumaError("Cannot choose a log: this user has no home", {
    hint: "Name one: luma cron install --log /path/to/file.log",
  });
}

/** Makes the folder of a log. @throws {LumaError} When that is not possible. */
export async function makeLogFolder(log: string): Promise<void> {
  try {
    await mkdir(dirname(log), { recursive: true, mode: 0o750 });
  } catch (cause) {
    throw new LumaError(`Cannot make the folder of the log ${log}: ${messageOf(cause)}`, {
      hint: "Name another one: --log /path/to/file.log",
      cause,
    });
  }
}

/** What logrotate(8) is told. @param user None: the log is in a folder of root's. */
export function formatLogrotate(
  log: string,
  user?: { readonly uid: number; readonly gid: number },
): string {
  return [
    `"${log}" {`,
    ...(user === undefined ? [] : [`    su ${user.uid} ${user.gid}`]),
    ...["monthly", "rotate 6", "compress", "missingok", "notifempty"].map((line) => `    ${line}`),
    "}",
  ].join("\n");
}

/** What a log tells of the newest runs. */
export interface LogReading {
  /** The newest lines, oldest first. */
  readonly lines: readonly string[];
  /** How and when the newest run ended; none: there was none yet. */
  readonly lastRun?: { readonly exitStatus: number; readonly atMs: number };
}

const SHOWN_LINES = 5;

/** Reads the newest lines, and how the newest run ended. */
export async function readLog(log: string): Promise<LogReading> {
  const text = await readIfThere(log);
  const lines = text.split("\n").filter((line) => line !== "").slice(-SHOWN_LINES);
  const status = (await readIfThere(statusFileOf(log))).trim();
  // Empty while a run writes it.
  if (!/^\d+$/.test(status)) return { lines };
  const { mtimeMs } = await stat(statusFileOf(log));
  return { lines, lastRun: { exitStatus: Number(status), atMs: Math.round(mtimeMs) } };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw new LumaError(`Cannot read ${path}: ${messageOf(error)}`, {
      hint: "Check who may read it: ls -l",
      cause: error,
    });
  }
}
