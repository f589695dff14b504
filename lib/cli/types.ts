/**
 * What the command line is given, and what it gives to commands.
 *
 * @module
 */
import type {
  BareContext,
  CommandContext,
  OpenContext,
  Person,
  ReadKeys,
} from "../commands/context.ts";

/** What a run of luma reads and writes. */
export interface CliIo {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /** The environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The absolute path of the current folder. */
  readonly cwd: () => string;
  /** Standard output and standard error are terminals. */
  readonly isTerminal: boolean;
  /** The width of the terminal. */
  readonly columns: () => number;
  /** Its height; 24 where it is not told. */
  readonly rows?: () => number;
  /** Takes keys as they are pressed; none: nobody presses any. */
  readonly readKeys?: ReadKeys;
  /** Whoever can be asked. */
  readonly person: Person;
}

/** The options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly timestamps?: boolean;
  readonly color: boolean;
}

/** What a command needs of its configuration. */
export interface CommandNeeds {
  /** False: a secret without a value does not stop it, for nothing is created with it. */
  readonly secrets: boolean;
  /**
   * True: it hands its streams to another program, or follows one, until it is interrupted: nothing is
   * shown beside that, and an interruption is its normal end.
   */
  readonly streams?: boolean;
}

/** The body of a command; it may return an exit code of its own, 0 to 255. */
export type CommandBody<Code extends number = number> = (
  context: CommandContext,
) => Promise<Code | void>;

/** The body of a command that works with a luma.yml and without. */
export type OpenBody<Code extends number = number> = (
  context: OpenContext,
) => Promise<Code | void>;

/**
 * The body of a command that needs no luma.yml; `file` is the one that was named, if one was, and
 * `folder` the absolute path of the current folder.
 */
export type BareBody<Code extends number = number> = (
  context: BareContext,
  file: string | undefined,
  folder: string,
) => Promise<Code | void>;

/** Runs the body of a command with its context, and keeps the exit code. */
export interface RunCommand {
  (needs: CommandNeeds, body: CommandBody): Promise<void>;
  /** The same for a command that needs no luma.yml. */
  bare(body: BareBody): Promise<void>;
  /** The same for a command that uses a luma.yml where there is one. */
  open(needs: CommandNeeds, body: OpenBody): Promise<void>;
}
