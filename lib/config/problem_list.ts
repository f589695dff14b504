/**
 * Collects what is wrong while a luma.yml is read.
 *
 * The rule: a reader reports and goes on, so that a person learns of every problem at once.
 *
 * @module
 */
import { omitUndefined } from "./omit_undefined.ts";
import type { Problem, Unsupported } from "./types.ts";

/** Where something stands. */
export interface Place {
  /** `apps.blog.replicas`. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** Problems, warnings and what is not supported yet, of one file. */
export class ProblemList {
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly unsupported: Unsupported[] = [];
  readonly #file: string;

  /** @param file The file's name as people know it. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Something that cannot be used. */
  error(place: Place, message: string, fix?: string): void {
    this.errors.push(this.#problem(place, message, fix));
  }

  /** Something that does less than it says. */
  warn(place: Place, message: string, fix?: string): void {
    this.warnings.push(this.#problem(place, message, fix));
  }

  /** Something that this version cannot do, and `app` cannot be deployed without. */
  unsupport(
    app: string,
    place: Place,
    advice: { readonly what: string; readonly fix: string },
  ): void {
    const message = `not in this version yet: ${advice.what}`;
    this.unsupported.push({ app, ...this.#problem(place, message, advice.fix) });
  }

  #problem({ path, line, column }: Place, message: string, fix: string | undefined): Problem {
    return omitUndefined({ file: this.#file, line, column, path, message, fix });
  }
}

/** The problems in the order of the file. */
export function sortProblems<T extends Problem>(problems: readonly T[]): readonly T[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
