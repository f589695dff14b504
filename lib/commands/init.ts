/**
 * `luma init`: writes a luma.yml that fits the folder, a file for secrets, and what keeps them out of
 * Git and of images.
 *
 * The rule: nothing that is there is lost, and nothing outside of the folder is touched.
 *
 * @module
 */
import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import { DISK_FILES } from "../config/config_files.ts";
import { PROJECT_FILE_NAMES } from "../config/load_config.ts";
import { parseHostName } from "../config/parse_host_name.ts";
import { parseImage } from "../config/parse_image.ts";
import { parseProjectName } from "../config/parse_name.ts";
import type { Parsed } from "../config/parsed.ts";
import { UsageError } from "../error.ts";
import { type Answers, askWishes, checkServer, parsePortNumber } from "../init/ask_wishes.ts";
import { formatInit } from "../init/format_init.ts";
import { observeFolder } from "../init/observe_folder.ts";
import { type FileChange, IMAGE_IGNORE_FILES, planInit, SECRETS_FILE } from "../init/plan_init.ts";
import { type Findings, findSettings, settle, type Wishes } from "../init/settings.ts";
import { writeFiles } from "../init/write_files.ts";
import type { BareContext } from "./context.ts";

/** The options of init, as they were typed. */
export interface InitOptions {
  readonly name?: string;
  readonly server?: string;
  readonly host?: string;
  readonly port?: string;
  readonly image?: string;
  /** Asks nothing. */
  readonly yes: boolean;
  /** Writes a luma.yml anew that is there already. */
  readonly force: boolean;
  /** The file of `-c`; luma.yml unless given. */
  readonly file?: string;
  /** The absolute path of the current folder. */
  readonly folder: string;
}

/** Makes the folder a project. */
export async function init(options: InitOptions, context: BareContext): Promise<void> {
  const { signal, print, json } = context;
  const path = resolve(options.folder, options.file ?? PROJECT_FILE_NAMES[0]);
  const folder = dirname(path);
  const wishes = readWishes(options);
  const isThere = await refuseExisting(path, options.force);
  const observed = await observeFolder(folder, signal);
  const findings = findSettings(observed);
  const answers = await readAnswers(wishes, findings, { options, context });
  const settings = settle(observed.name, findings, answers.wishes);
  const changes = planInit({
    settings,
    file: basename(path),
    isThere,
    existing: await readExisting(folder),
    ...(answers.wantsDockerfile && findings.dockerfile && { dockerfile: findings.dockerfile }),
  });
  signal.throwIfAborted();
  await writeFiles(folder, changes);
  const shown = options.file === undefined ? "" : ` -c ${showPath(options.folder, path)}`;
  print(
    json
      ? JSON.stringify({ kind: "init", file: path, changes: changes.map(withoutText) })
      : formatInit({ findings, settings, changes, fileOption: shown }),
  );
}

function withoutText({ path, action, purpose }: FileChange): object {
  return { path, action, purpose };
}

function readWishes({ name, server, host, port, image }: InitOptions): Wishes {
  return {
    ...readOption("name", name, parseProjectName),
    ...readOption("server", server, checkServer),
    ...readOption("host", host, parseHostName),
    ...readOption("port", port, parsePortNumber),
    ...readOption("image", image, parseImage),
  };
}

function readOption<Key extends string, T>(
  key: Key,
  text: string | undefined,
  parse: (text: string) => Parsed<T>,
): { readonly [K in Key]?: T } {
  if (text === undefined) return {};
  const value = parse(text);
  if (!value.ok) throw new UsageError(`Cannot use --${key}: ${value.message}`, value.fix);
  return { [key]: value.value } as { readonly [K in Key]?: T };
}

/** Whether the file is there, and may be written anew. */
async function refuseExisting(path: string, force: boolean): Promise<boolean> {
  const names: readonly string[] = PROJECT_FILE_NAMES;
  const twins = names.includes(basename(path)) ? names : [basename(path)];
  for (const name of twins) {
    const twin = resolve(dirname(path), name);
    if (await DISK_FILES.readText(twin) === undefined) continue;
    if (force && twin === path) return true;
    throw new UsageError(
      `Cannot write ${path}: ${twin === path ? "it" : name} is there already`,
      twin === path
        ? "To write it anew: luma init --force; to check the one that is there: luma plan"
        : `Remove ${name}, or go on with it: luma plan`,
    );
  }
  return false;
}

interface AskOptions {
  readonly options: InitOptions;
  readonly context: BareContext;
}

/** Asks where somebody is there to answer; else what needs no answer counts. */
async function readAnswers(
  wishes: Wishes,
  findings: Findings,
  { options, context: { person, signal } }: AskOptions,
): Promise<Answers> {
  if (person.isThere && !options.yes) return await askWishes(wishes, findings, { person, signal });
  return { wishes, wantsDockerfile: wishes.image === undefined };
}

async function readExisting(folder: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const name of [SECRETS_FILE, ".gitignore", ...IMAGE_IGNORE_FILES]) {
    const text = await DISK_FILES.readText(resolve(folder, name));
    if (text !== undefined) texts.set(name, name === SECRETS_FILE ? "" : text);
  }
  return texts;
}

function showPath(folder: string, path: string): string {
  const short = relative(folder, path);
  return short.startsWith("..") || isAbsolute(short) ? path : short;
}
