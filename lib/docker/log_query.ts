/**
 * Which of a container's log lines are read.
 *
 * @module
 */

/** The streams of a container. */
export type LogStream = "stdout" | "stderr";

/** What is read. */
export interface LogQuery {
  /** Name or id. */
  readonly container: string;
  /** Goes on with what comes, until the container stops. */
  readonly follow: boolean;
  /** Where Docker begins: `10m`, or a time. */
  readonly since?: string;
  /** How many of the newest lines; none: all. */
  readonly tail?: number;
  /** That stream alone. */
  readonly only?: LogStream;
}
