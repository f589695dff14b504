/**
 * Reads and replaces the user's crontab, through crontab(1).
 *
 * The rule: a crontab that cannot be read whole is not written.
 *
 * @module
 */
import { LumaError } from "../error.ts";
import type { Output, Runner } from "../ssh/runner.ts";

const TIMEOUT_MS = 30_000;
const NOT_THERE = 127;

/**
 * The crontab of the user; empty where there is none.
 *
 * @throws {LumaError} When it cannot be read, or holds what is no text.
 */
export async function readCrontab(runner: Runner, signal: AbortSignal): Promise<string> {
  const output = await runner.run({ argv: ["crontab", "-l"], timeoutMs: TIMEOUT_MS, signal });
  if (output.status !== 0) {
    // Debian, Red Hat and macOS say the first, BusyBox the second.
    if (/no crontab for|No such file or directory/i.test(output.stderr)) return "";
    throw crontabError("read", output);
  }
  if (!output.stdout.includes("\ufffd")) return output.stdout;
  throw new LumaError("Cannot edit the crontab: it holds characters that are no UTF-8", {
    hint: "Convert them with crontab -e; luma would not give them back as they were",
  });
}

/**
 * Replaces the crontab of the user.
 *
 * @throws {LumaError} When crontab refuses it; the former one stays then.
 */
export async function writeCrontab(
  runner: Runner,
  crontab: string,
  signal: AbortSignal,
): Promise<void> {
  const output = await runner.run({
    argv: ["crontab", "-"],
    stdin: crontab,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (output.status !== 0) throw crontabError("write", output);
}

function crontabError(action: "read" | "write", output: Output): LumaError {
  if (output.status === NOT_THERE) {
    const reason = output.stderr.trim().replaceAll("\n", "; ");
    return new LumaError(`Cannot ${action} the crontab: ${reason}`, {
      hint: "Install cron (apt install cron, dnf install cronie), or print a timer instead: " +
        "luma cron install --systemd",
    });
  }
  const reason = output.stderr.trim() || `crontab ended with status ${output.status}`;
  return new LumaError(`Cannot ${action} the crontab: ${reason}`, {
    hint: "Try by hand: crontab -l. An administrator may have to allow it in /etc/cron.allow",
  });
}

/** The names that daemons of cron run under. */
const DAEMONS = new Set(["cron", "crond", "fcron", "dcron", "bcron-sched"]);

// `ps` is not on every small system, /proc only on Linux.
const LIST_PROGRAMS = "cat /proc/[0-9]*/comm 2>/dev/null || ps -A -o comm= 2>/dev/null; exit 0";

/** Whether a daemon of cron runs on the machine. */
export async function isCronRunning(runner: Runner, signal: AbortSignal): Promise<boolean> {
  const argv = ["sh", "-c", LIST_PROGRAMS];
  const { stdout } = await runner.run({ argv, timeoutMs: TIMEOUT_MS, signal });
  return stdout.split("\n").some((line) => DAEMONS.has(line.trim().split("/").at(-1) ?? ""));
}
