/**
 * Writes a luma.yml.
 *
 * Pure. The rule: short; a comment stands only where a person will want to change something, and
 * what is commented out loads as it stands when its `#` is taken away.
 *
 * @module
 */
import type { Companion } from "./find_companions.ts";
import type { Settings } from "./settings.ts";

/** Where comments behind a line begin. */
const COLUMN = 38;

/** The text of the luma.yml of `settings`. */
export function formatLumaYml(settings: Settings): string {
  const { project, server, app, companions } = settings;
  const names = (companions?.services ?? []).filter(({ name }) => name !== app);
  return [
    "# What luma deploys, and where. `luma schema` lists every key.",
    `name: ${scalar(project)}`,
    "",
    server === undefined
      ? remark("# servers: [root@203.0.113.5]", "over SSH; without it, this machine's own Docker")
      : `servers: [${scalar(server)}]`,
    "",
    "apps:",
    `  ${scalar(app)}:`,
    ...formatApp(settings),
    ...(names.length === 0 ? [] : [
      "",
      `# ${companions?.file} has what keeps data. With this, luma runs it on the server; the app finds it`,
      "# under its name. Values of secrets go into .luma/secrets.",
      ...["services:", ...names.flatMap(formatCompanion)].map((line) => `# ${line}`),
    ]),
    "",
  ].join("\n");
}

function formatApp(settings: Settings): readonly string[] {
  const { image, host, app, port, portFrom, setsPort, healthPath, isHealthGuessed } = settings;
  const portRemark = portFrom === "guess" ? "a guess: write what the app listens on" : undefined;
  const healthRemark = isHealthGuessed
    ? "has to answer 200, without a redirect; /up, if you make one"
    : "has to answer 200 when the app can take requests";
  return [
    image === undefined
      ? remark("    build: { context: . }", "the Dockerfile in this folder")
      : `    image: ${scalar(image)}`,
    remark("    # replicas: 2", "of them, side by side"),
    "    proxy:",
    host === undefined
      ? remark(`      # hosts: [${app}.example.com]`, "without it, every host name")
      : `      hosts: [${scalar(host)}]`,
    port === undefined
      ? remark("      # app_port: 3000", "without it, the port that the image exposes")
      : remark(`      app_port: ${port}`, portRemark),
    remark(`    health_check: { path: ${scalar(healthPath)} }`, healthRemark),
    remark(`    ${setsPort ? "" : "# "}environment:`),
    setsPort ? `      plain: [PORT=${port}]` : remark("    #   plain: [LOG_LEVEL=info]"),
    remark(
      `    ${setsPort ? "  # " : "#   "}secret: [DATABASE_URL]`,
      "names of lines in .luma/secrets",
    ),
  ];
}

function formatCompanion({ name, image, volumes, plain, secret }: Companion): readonly string[] {
  const list = (values: readonly string[]) => values.map(quoted).join(", ");
  return [
    `  ${scalar(name)}:`,
    `    image: ${scalar(image)}`,
    ...(volumes.length === 0 ? [] : [`    volumes: [${list(volumes)}]`]),
    ...(plain.length + secret.length === 0 ? [] : ["    environment:"]),
    ...(plain.length === 0 ? [] : [`      plain: [${list(plain)}]`]),
    ...(secret.length === 0 ? [] : [`      secret: [${secret.join(", ")}]`]),
  ];
}

function remark(line: string, text?: string): string {
  return text === undefined ? line : `${line.padEnd(COLUMN - 1)} # ${text}`;
}

/** Bare where YAML reads it as this very text, also within brackets; else in quotes. */
function scalar(text: string): string {
  const isBare = /^[A-Za-z/][\w./@-]*(?::[\w.-]+)?$/.test(text) &&
    !/^(?:true|false|null|yes|no|on|off)$/i.test(text);
  return isBare ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
