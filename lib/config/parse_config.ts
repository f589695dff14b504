/**
 * Turns the text of a luma.yml into a {@linkcode Config}.
 *
 * The rule: pure, and every problem at once. Read by hand over nodes that know their place, not
 * with a schema library: so each problem has its line, column, path and fix, and start-up is short.
 *
 * @module
 */
import { basename } from "node:path";
import { ConfigError } from "./config_error.ts";
import { ProblemList, sortProblems } from "./problem_list.ts";
import { PROJECT_KEYS } from "./project_keys.ts";
import { type ProjectOptions, readProject } from "./read_project.ts";
import { type Field, fieldOf, openSection, type Section } from "./section.ts";
import type { Config, Problem } from "./types.ts";
import { parseYaml } from "./yaml_document.ts";

/** What a text is read with. */
export interface ParseConfigOptions extends ProjectOptions {
  /** The file's name in problems; the last part of `file` unless given. */
  readonly shownFile?: string;
}

/** What was read; no config where there are errors. */
export interface ConfigReading {
  readonly config?: Config;
  readonly errors: readonly Problem[];
}

/**
 * The project that `text` describes.
 *
 * @throws {ConfigError} With every problem that was found.
 */
export function parseConfig(text: string, options: ParseConfigOptions): Config {
  const { config, errors } = readConfig(text, options);
  if (config !== undefined) return config;
  const shownFile = options.shownFile ?? basename(options.file);
  throw new ConfigError(errors, new Map([[shownFile, text]]));
}

/** The same as {@linkcode parseConfig}, for those who have problems of their own to add. */
export function readConfig(text: string, options: ParseConfigOptions): ConfigReading {
  const problems = new ProblemList(options.shownFile ?? basename(options.file));
  const start = { path: "", line: 1, column: 1 };
  const { root, problems: yamlProblems } = parseYaml(text);
  for (const { place, message, fix } of yamlProblems) problems.error(place, message, fix);
  if (root === undefined && yamlProblems.length === 0) {
    problems.error(start, "the file is empty", `write ${PROJECT_KEYS.example}`);
  }
  const file = root === undefined ? undefined : openFile(fieldOf(root, "", problems));
  const config = file === undefined ? undefined : readProject(file, options);
  const errors = sortProblems(problems.errors);
  if (config === undefined || errors.length > 0) return { errors };
  const warnings = sortProblems(problems.warnings);
  const unsupported = sortProblems(problems.unsupported);
  return { config: { ...config, warnings, unsupported }, errors };
}

function openFile(root: Field): Section | undefined {
  // Keys that begin with x- hold what anchors mark, as in Compose.
  const node = root.node.kind === "map"
    ? { ...root.node, entries: root.node.entries.filter(({ key }) => !key.startsWith("x-")) }
    : root.node;
  return openSection({ ...root, node }, PROJECT_KEYS);
}
