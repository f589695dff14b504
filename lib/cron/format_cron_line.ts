/**
 * Makes the line of a crontab that looks after a project.
 *
 * Pure. The rule: the line depends on nothing of the shell that it was made in: paths are absolute,
 * words quoted, and what leads luma to its servers is written down.
 *
 * @module
 */
import { UsageError } from "../error.ts";
import { quoteShell } from "../ssh/quote.ts";
import { escapePercent, formatMark } from "./edit_crontab.ts";

/** What a schedule runs. */
export interface ScheduledCommand {
  /** The words that start this luma. */
  readonly luma: readonly string[];
  /** Absolute path of luma.yml. */
  readonly file: string;
  /** None: all apps. */
  readonly apps: readonly string[];
  /** Variables that cron does not have, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The command of a crontab, and its log. */
export interface CronCommand extends ScheduledCommand {
  /** Absolute path of the file that output is appended to. */
  readonly log: string;
}

/** Variables that make something else of an executable that Bun compiled. */
export const UNWANTED_VARIABLES = ["BUN_OPTIONS", "BUN_BE_BUN"] as const;

/** Debian's cron reads 1000 characters of a command, its end included. */
const MOST_CHARACTERS = 998;

/** The words of the redeployment, without what comes before luma. */
export function redeployWords({ luma, file, apps }: ScheduledCommand): readonly string[] {
  return [...luma, "-c", file, "redeploy", "--if-changed", ...apps];
}

/** The file beside a log that holds the exit status of the newest run. */
export function statusFileOf(log: string): string {
  return `${log}.status`;
}

/**
 * The whole line, without its end.
 *
 * @throws {UsageError} When it is longer than cron takes.
 */
export function formatCronLine(schedule: string, command: CronCommand): string {
  const { log, file, variables } = command;
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const unset = UNWANTED_VARIABLES.flatMap((name) => ["-u", name]);
  const words = ["env", ...unset, ...set, ...redeployWords(command), "--timestamps"];
  const text = `${quoteShell(words)} >> ${quoteShell([log])} 2>&1; ` +
    `echo $? > ${quoteShell([statusFileOf(log)])}`;
  const run = `${escapePercent(text)} ${formatMark(file)}`;
  // A backslash before a percent sign would undo the escape of it.
  if (/[\n\r]|\\%/.test(text)) {
    throw new UsageError(
      `Cannot make a cron line for ${file}: a line break, or a backslash before a %, is in its words`,
      "Choose paths without them",
    );
  }
  if (run.length > MOST_CHARACTERS) {
    throw new UsageError(
      `Cannot make a cron line for ${file}: it would have ${run.length} of ${MOST_CHARACTERS} characters`,
      "Name a shorter log (--log), fewer apps, or use a timer: luma cron install --systemd",
    );
  }
  return `${schedule} ${run}`;
}

/** The log of a line that {@linkcode formatCronLine} made; none of any other line. */
export function readLogPath(line: string): string | undefined {
  const quoted = / >> (\S+|'(?:[^']|'\\'')*') 2>&1; echo \$\? > /.exec(line)?.[1];
  const word = quoted?.replaceAll("\\%", "%");
  return word?.startsWith("'") ? word.slice(1, -1).replaceAll(`'\\''`, "'") : word;
}
