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

/** All that is wrong with a luma.yml and its secrets. */
export class ConfigError extends LumaError {
  override readonly name = "ConfigError";
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  readonly #sources: ReadonlyMap<string, string>;

  constructor(problems: readonly Problem[], sources: ReadonlyMap<string, string> = new Map()) {
    const files = [...new Set(problems.map(({ file }) => file))].join(" and ");
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`Cannot use ${files}: ${count}\n${formatProblems(problems)}`, { exitCode: 2 });
    this.problems = problems;
    this.#sources = sources;
  }

  /** The files' texts by name, for {@linkcode formatProblems}; luma.yml alone, never the secrets. */
  get sources(): ReadonlyMap<string, string> {
    return this.#sources;
  }
}
