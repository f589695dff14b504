/**
 * The error of a luma.yml that cannot be used as it stands.
 *
 * The rule: it carries every problem that was found, and prints none of the file's text by itself.
 *
 * @module
 */
import { LumaError } from "../error.ts";
import { formatProblems } from "./format_problems.ts";
import type { Problem } from "./types.ts";

/**
 * All that is wrong with a luma.yml and its secrets.
 *
 * @example
 * ```ts
 * import { ConfigError, openProject } from "@luma/cli";
 *
 * try {
 *   await openProject();
 * } catch (error) {
 *   if (!(error instanceof ConfigError)) throw error;
 *   for (const { file, line, message } of error.problems) console.error(`${file}:${line} ${message}`);
 * }
 * ```
 */
export class ConfigError extends LumaError {
  /** The name of the class. */
  override readonly name = "ConfigError";
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  readonly #sources: ReadonlyMap<string, string>;

  /** @param sources Texts by file name, to show lines of: luma.yml alone, never the secrets. */
  /** An error that lists `problems`; `sources` are the texts of their files, by name. */
  constructor(problems: readonly Problem[], sources: ReadonlyMap<string, string> = new Map()) {
    super(`${headOf(problems)}\n${formatProblems(problems)}`, { exitCode: 2 });
    this.problems = problems;
    this.#sources = sources;
  }

  /** The texts for {@linkcode formatProblems}; a getter, so that printing the error prints none. */
  get sources(): ReadonlyMap<string, string> {
    return this.#sources;
  }
}

function headOf(problems: readonly Problem[]): string {
  const files = [...new Set(problems.map(({ file }) => file))].join(" and ");
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `Cannot use ${files}: ${count}`;
}
