/**
 * `luma cron install|status|remove`: lets cron redeploy a project's apps when their images change.
 *
 * The rule: one line of this user's crontab, which is found again by its mark; what cron would not find
 * is told when the line is made, not at night.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { ConfigError } from "../config/config_error.ts";
import { loadConfig } from "../config/load_config.ts";
import { findLine, putLine, readSchedule, removeLine } from "../cron/edit_crontab.ts";
import { isCronRunning, readCrontab, writeCrontab } from "../cron/crontab_program.ts";
import { type CronHost, observeCronHost } from "../cron/cron_host.ts";
import { formatCronLine, readLogPath, type ScheduledCommand } from "../cron/format_cron_line.ts";
import { formatUnits } from "../cron/format_units.ts";
import { defaultLog, formatLogrotate, makeLogFolder } from "../cron/log_file.ts";
import { parseSchedule, type Schedule } from "../cron/parse_schedule.ts";
import { LumaError } from "../error.ts";
import type { CommandContext } from "./context.ts";
import { selectApps } from "./session.ts";

/** What is scheduled. */
export interface CronInstallOptions {
  /** As cron writes it: `0 * * * *`, `@hourly`. */
  readonly schedule: string;
  /** None: all apps, also those that luma.yml gets later. */
  readonly apps: readonly string[];
  /** The file that output is appended to; relative to `cwd`. */
  readonly log?: string;
  /** Prints units for systemd, and installs nothing. */
  readonly systemd: boolean;
}

/** Puts the project's line into the crontab, or prints its systemd units. */
export async function installCron(
  options: CronInstallOptions,
  context: CommandContext,
  host: CronHost = observeCronHost(),
): Promise<void> {
  const { config, print, json } = context;
  const schedule = parseSchedule(options.schedule);
  const apps = options.apps.length === 0 ? [] : selectApps(config, options.apps);
  await requireLoadable(config.file, host);
  const command: ScheduledCommand = {
    luma: host.luma(),
    file: config.file,
    apps: apps.map(({ name }) => name),
    variables: host.variables,
  };
  if (!options.systemd) return await putIntoCrontab({ options, schedule, command }, context, host);
  const units = formatUnits({ project: config.name, schedule, command, asRoot: host.isRoot });
  print(json ? JSON.stringify({ kind: "cron", action: "units", units }) : units);
}

interface Installation {
  readonly options: CronInstallOptions;
  readonly schedule: Schedule;
  readonly command: ScheduledCommand;
}

async function putIntoCrontab(
  { options, schedule, command }: Installation,
  { config, report, print, json, signal }: CommandContext,
  host: CronHost,
): Promise<void> {
  const { runner } = host;
  const log = options.log === undefined
    ? defaultLog(config.name, host)
    : resolve(host.cwd, options.log);
  const line = formatCronLine(schedule.text, { ...command, log });
  const before = await readCrontab(runner, signal);
  const after = putLine(before, config.file, line);
  await makeLogFolder(log);
  if (after !== before) await writeCrontab(runner, after, signal);
  const logrotate = formatLogrotate(log, host.isRoot ? undefined : host);
  const changed = after !== before;
  print(
    json ? JSON.stringify({ kind: "cron", action: "installed", changed, line, log, logrotate }) : [
      `${config.name}: ${changed ? "new images are looked for" : "nothing to do, it stands"} ` +
      `at ${schedule.text}`,
      `Log: ${log}`,
      `To keep it short, write this into /etc/logrotate.d/luma-${config.name}:`,
      logrotate,
    ].join("\n"),
  );
  if (await isCronRunning(runner, signal)) return;
  report({
    kind: "warning",
    message: "Cron does not run on this machine",
    hint: "Start it: systemctl enable --now cron (crond on Red Hat and Alpine)",
  });
}

/** What is in this shell's environment alone, such as a secret, is not in cron's. */
async function requireLoadable(file: string, { env }: CronHost): Promise<void> {
  try {
    await loadConfig({ file, cwd: dirname(file), env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new LumaError(
      `Cannot schedule a redeployment: cron does not have your shell's environment. ${error.message}`,
      { exitCode: 2, hint: "Write secrets into .luma/secrets, beside luma.yml", cause: error },
    );
  }
}

/** Removes the project's line. The log stays. */
export async function removeCron(
  { config, print, json, signal }: CommandContext,
  { runner }: CronHost = observeCronHost(),
): Promise<void> {
  const before = await readCrontab(runner, signal);
  const after = removeLine(before, config.file);
  const changed = after !== before;
  if (changed) await writeCrontab(runner, after, signal);
  const said = changed ? "its line is removed" : "nothing to do, it has no line";
  print(
    json
      ? JSON.stringify({ kind: "cron", action: "removed", changed })
      : `${config.name}: ${said} in the crontab`,
  );
}

/** Prints the schedule, whether cron runs, and what the newest runs said. */
export async function showCron(
  { config, print, json, signal }: CommandContext,
  { runner }: CronHost = observeCronHost(),
): Promise<void> {
  const { formatCronStatus, readCronStatus } = await import("../cron/cron_status.ts");
  const line = findLine(await readCrontab(runner, signal), config.file);
  const running = await isCronRunning(runner, signal);
  const status = await readCronStatus({
    project: config.name,
    running,
    ...(line === undefined ? {} : { line, schedule: readSchedule(line), log: readLogPath(line) }),
  });
  print(
    json ? JSON.stringify({ kind: "cron", action: "status", ...status }) : formatCronStatus(status),
  );
}
