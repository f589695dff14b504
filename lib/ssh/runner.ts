/**
 * The one way to a server: run a command there, with its input and output.
 *
 * The rule: everything that luma does on a server goes through this interface, so that this
 * machine's Docker and a server reached over SSH are the same to all other modules.
 *
 * @module
 */

/** A command for a server. */
export interface Command {
  /** Program and arguments, unquoted; a runner that needs a shell quotes them itself. */
  readonly argv: readonly string[];
  /** What the command reads from standard input; none: it is closed at once. */
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * Called with every whole line of standard output as it comes, without its line end. A promise that it
   * returns is waited for before more is read, so that a slow reader slows the command down.
   */
  readonly onLine?: (line: string) => void;
  /** The same for standard error. */
  readonly onErrorLine?: (line: string) => void;
  /**
   * Reads standard output itself, byte by byte and at its own pace; none of it is kept then. What is left
   * when it returns is not wanted: the command fails when it writes more.
   */
  readonly consume?: (output: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Milliseconds after which the command is given up; none: no limit. */
  readonly timeoutMs?: number;
  /** Ends the command. */
  readonly signal?: AbortSignal;
  /** Waits for other urgent ones at most. For short ones that are due: a lock that is to be renewed. */
  readonly urgent?: boolean;
}

/** How a command ended. A status other than 0 is a result, not an error. */
export interface Output {
  /** The exit status; 0 is success. */
  readonly status: number;
  /** Standard output; the newest 16 MiB where there was more. */
  readonly stdout: string;
  /** Standard error; the newest 16 MiB where there was more. */
  readonly stderr: string;
  /** The signal that ended the process on this machine: `SIGKILL`. */
  readonly signal?: string;
}

/** A command that has this process's own standard input, output and error. */
export interface AttachedCommand {
  /** Program and arguments, unquoted. */
  readonly argv: readonly string[];
  /** The command gets a terminal: this process's own, or one on the server with its size and keys. */
  readonly tty: boolean;
  /** Ends the command. */
  readonly signal?: AbortSignal;
}

/** Runs commands on one server. */
export interface Runner {
  /** The server's name, for people. */
  readonly server: string;
  /** Where this one runs commands only while locks are held: the same server without that check. */
  readonly unguarded?: Runner;
  /**
   * Runs `command` and waits for its end.
   *
   * @throws {RunnerError} When the server cannot be reached, the connection drops, or the time is up.
   * @throws The signal's reason, when it is aborted.
   */
  run(command: Command): Promise<Output>;
  /** Ends what the runner keeps open. */
  close(): Promise<void>;
}

/** A runner that can give a command this process's own streams. */
export interface AttachingRunner extends Runner {
  /**
   * Runs `command` with this process's own standard input, output and error, byte for byte.
   *
   * @returns Its exit status.
   * @throws {RunnerError} When the server cannot be reached, or the connection drops.
   */
  attach(command: AttachedCommand): Promise<number>;
}
