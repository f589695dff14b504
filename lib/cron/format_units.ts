/**
 * Makes the systemd units that look after a project, for people to put in their place.
 *
 * Pure. The rule: they do what the line in a crontab does; the journal is their log.
 *
 * @module
 */
import { formatCalendar } from "./format_calendar.ts";
import { redeployWords, type ScheduledCommand, UNWANTED_VARIABLES } from "./format_cron_line.ts";
import type { Schedule } from "./parse_schedule.ts";

/** What the units are made of. */
export interface UnitsInput {
  readonly project: string;
  readonly schedule: Schedule;
  readonly command: ScheduledCommand;
  /** Units of the system; otherwise of the user. */
  readonly asRoot: boolean;
}

/** Both units, each below a comment that names its file, and what to type then. */
export function formatUnits(input: UnitsInput): string {
  const { asRoot } = input;
  const name = `luma-${input.project}`;
  const folder = asRoot ? "/etc/systemd/system" : "~/.config/systemd/user";
  const systemctl = asRoot ? "systemctl" : "systemctl --user";
  return [
    `# ${folder}/${name}.service`,
    ...formatService(input),
    "",
    `# ${folder}/${name}.timer`,
    ...formatTimer(input),
    "",
    `# Then: ${systemctl} daemon-reload && ${systemctl} enable --now ${name}.timer`,
    ...(asRoot ? [] : ["# And, to run while you are logged out: loginctl enable-linger"]),
    `# What it did: journalctl ${asRoot ? "" : "--user "}-u ${name}`,
  ].join("\n");
}

function formatService({ project, command, asRoot }: UnitsInput): readonly string[] {
  const variables = Object.entries(command.variables);
  // A user's manager knows no units of the system.
  const network = ["Wants=network-online.target", "After=network-online.target docker.service"];
  return [
    "[Unit]",
    `Description=Luma: new images of ${project}`,
    ...(asRoot ? network : []),
    "",
    "[Service]",
    "Type=oneshot",
    ...variables.map(([key, value]) => `Environment=${quoteUnitWord(`${key}=${value}`, false)}`),
    `UnsetEnvironment=${UNWANTED_VARIABLES.join(" ")}`,
    `ExecStart=${redeployWords(command).map((word) => quoteUnitWord(word, true)).join(" ")}`,
  ];
}

function formatTimer({ project, schedule }: UnitsInput): readonly string[] {
  return [
    "[Unit]",
    `Description=Luma: looks for new images of ${project}`,
    "",
    "[Timer]",
    ...formatCalendar(schedule).map((event) => `OnCalendar=${event}`),
    "AccuracySec=1s",
    "",
    "[Install]",
    "WantedBy=timers.target",
  ];
}

/** Quotes a word as systemd reads it: systemd.service(5), "COMMAND LINES"; `$` has a meaning there alone. */
function quoteUnitWord(word: string, inCommand: boolean): string {
  const percent = word.replaceAll("%", "%%");
  const text = inCommand ? percent.replaceAll("$", "$$$$") : percent;
  if (/^[\w@%+=:,./$-]+$/.test(text)) return text;
  return `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}
