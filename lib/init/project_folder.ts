/**
 * What init reads of a project's folder.
 *
 * Pure. The rule: whoever decides something about a folder gets it as this, so that a test can write
 * one down.
 *
 * @module
 */

/** A folder: paths relative to it, with `/`. */
export interface ProjectFolder {
  /** Its own name. */
  readonly name: string;
  /** The names of files and folders directly in it. */
  readonly names: ReadonlySet<string>;
  /** Texts of its small source files, also further down, by path. */
  readonly texts: ReadonlyMap<string, string>;
}
