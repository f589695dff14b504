/**
 * The commands of luma as completions need them: names, options, arguments.
 *
 * @module
 */

/** A command. */
export interface CommandNode {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionNode[];
  /** What its arguments are, in their order. */
  readonly arguments: readonly ArgumentNode[];
  readonly commands: readonly CommandNode[];
}

/** An option. */
export interface OptionNode {
  /** `-c` and `--config`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What its value is called: `file`; none where it has no value. */
  readonly value?: string;
  readonly choices: readonly string[];
}

/** An argument. */
export interface ArgumentNode {
  /** `app`, `server`. */
  readonly name: string;
  /** It can be there several times. */
  readonly isVariadic: boolean;
  readonly choices: readonly string[];
}
