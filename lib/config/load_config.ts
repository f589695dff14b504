/**
 * Loads a project: its luma.yml and the secrets beside it.
 *
 * The rule: of the current folder, or the file that the user names; no other folder is searched, so
 * that nobody deploys a project without knowing.
 *
 * @module
 */
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { UsageError } from "../error.ts";
import { ConfigError } from "./config_error.ts";
import { type ConfigFiles, DISK_FILES } from "./config_files.ts";
import { readConfig } from "./parse_config.ts";
import { parseSecrets, type SecretsReading } from "./parse_secrets.ts";
import type { Environment } from "./read_context.ts";
import type { Config, Problem } from "./types.ts";

/** Names of the file, the first one first. */
export const PROJECT_FILE_NAMES = ["luma.yml", "luma.yaml"] as const;

/** What to load, and from where. */
export interface LoadConfigOptions {
  /** As the user gave it with `-c`, relative to `cwd`; none: luma.yml in `cwd`. */
  readonly file?: string;
  /** Absolute path of the current folder. */
  readonly cwd: string;
  readonly env: Environment;
  /** Makes a secret without a value a warning, for commands that need none. */
  readonly allowMissingSecrets?: boolean;
  /** This machine's files unless given. */
  readonly files?: ConfigFiles;
}

interface Found {
  readonly path: string;
  readonly text: string;
  readonly warnings: readonly Problem[];
}

/**
 * Reads and checks the project's configuration.
 *
 * @throws {UsageError} When there is no such file.
 * @throws {ConfigError} With every problem of luma.yml and `.luma/secrets`.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<Config> {
  const config = await loadConfigIfThere(options);
  if (config !== undefined) return config;
  const { cwd, files = DISK_FILES } = options;
  const above = await findAbove(cwd, files);
  throw new UsageError(
    `Cannot load a project: there is no luma.yml in ${cwd}`,
    above === undefined
      ? "To write one: luma init. If there is one elsewhere: luma -c FILE"
      : `There is one in ${dirname(above)}: go there, or name it: luma -c ${relative(cwd, above)}`,
  );
}

/**
 * The same for a command that does without: none where the folder has no luma.yml, and none was named.
 *
 * @throws {UsageError} When a file was named that is not there.
 * @throws {ConfigError} With every problem of luma.yml and `.luma/secrets`.
 */
export async function loadConfigIfThere(options: LoadConfigOptions): Promise<Config | undefined> {
  const files = options.files ?? DISK_FILES;
  const found = await findFile(options, files);
  if (found === undefined) return undefined;
  const folder = dirname(found.path);
  const shownFile = showPath(found.path, options.cwd);
  const secrets = await loadSecrets(join(folder, ".luma", "secrets"), options.cwd, files);
  const { config, errors } = readConfig(found.text, {
    file: found.path,
    shownFile,
    secrets: secrets.secrets,
    env: options.env,
    folderName: basename(folder),
    allowMissingSecrets: options.allowMissingSecrets ?? false,
  });
  const all = [...secrets.errors, ...errors];
  if (config === undefined || all.length > 0) {
    throw new ConfigError(all, new Map([[shownFile, found.text]]));
  }
  return { ...config, warnings: [...found.warnings, ...secrets.warnings, ...config.warnings] };
}

async function findFile(
  { file, cwd }: LoadConfigOptions,
  files: ConfigFiles,
): Promise<Found | undefined> {
  if (file !== undefined) {
    const path = resolve(cwd, file);
    const text = await files.readText(path);
    if (text !== undefined) return { path, text, warnings: [] };
    throw new UsageError(`Cannot load ${file}: there is no such file`, "Check the path after -c");
  }
  const [main, other] = PROJECT_FILE_NAMES.map((name) => join(cwd, name)) as [string, string];
  const mainText = await files.readText(main);
  const otherText = await files.readText(other);
  if (mainText !== undefined) {
    const warnings = otherText === undefined ? [] : [warnOfSecondFile()];
    return { path: main, text: mainText, warnings };
  }
  return otherText === undefined ? undefined : { path: other, text: otherText, warnings: [] };
}

/** A luma.yml further up: it is named to the person, and never used without being asked for. */
async function findAbove(cwd: string, files: ConfigFiles): Promise<string | undefined> {
  for (let folder = dirname(cwd); folder !== dirname(folder); folder = dirname(folder)) {
    for (const name of ["luma.yml", "luma.yaml"]) {
      if (await files.isThere(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

function warnOfSecondFile(): Problem {
  const [main, other] = PROJECT_FILE_NAMES;
  return { file: other, line: 1, column: 1, path: "", message: `not read: ${main} is there too` };
}

async function loadSecrets(path: string, cwd: string, files: ConfigFiles): Promise<SecretsReading> {
  const text = await files.readText(path);
  if (text === undefined) return { secrets: new Map(), errors: [], warnings: [] };
  const shownFile = showPath(path, cwd);
  const reading = parseSecrets(text, shownFile);
  if (!await files.isReadableByOthers(path)) return reading;
  const warning: Problem = {
    file: shownFile,
    line: 1,
    column: 1,
    path: "",
    message: "other users of this machine can read the secrets",
    fix: `chmod 600 ${shownFile}`,
  };
  return { ...reading, warnings: [warning, ...reading.warnings] };
}

/** Relative below the current folder, as people write it; else the whole path. */
function showPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
