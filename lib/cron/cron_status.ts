/**
 * Says how a project stands with cron.
 *
 * @module
 */
import { type LogReading, readLog } from "./log_file.ts";

/** What the crontab and the machine say. */
export interface CronFacts {
  readonly project: string;
  /** A daemon of cron runs. */
  readonly running: boolean;
  /** The project's line; none: not scheduled. */
  readonly line?: string;
  readonly schedule?: string;
  /** None where the line was changed so that it cannot be read. */
  readonly log?: string | undefined;
}

/** How a project stands with cron. */
export interface CronStatus extends CronFacts, Partial<LogReading> {}

/** Adds what the log says. */
export async function readCronStatus(facts: CronFacts): Promise<CronStatus> {
  return facts.log === undefined ? facts : { ...facts, ...await readLog(facts.log) };
}

/** The lines for people. */
export function formatCronStatus(status: CronStatus): string {
  const { project, running, line, schedule, log, lastRun, lines = [] } = status;
  const daemon = running ? "runs" : "does not run (systemctl enable --now cron)";
  if (line === undefined) {
    return `${project}: not scheduled (luma cron install); cron ${daemon}`;
  }
  return [
    `${project}: scheduled at ${schedule}`,
    `   Cron: ${daemon}`,
    `   Last run: ${lastRun === undefined ? "none yet" : formatRun(lastRun)}`,
    `   Log: ${log ?? "not known: the line was edited"}`,
    ...lines.map((text) => `     ${text}`),
  ].join("\n");
}

function formatRun({ exitStatus, atMs }: NonNullable<LogReading["lastRun"]>): string {
  const time = new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
  return `${time}, ${exitStatus === 0 ? "well" : `failed with status ${exitStatus}`}`;
}
