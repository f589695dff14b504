/**
 * Asks whoever sits at the terminal.
 *
 * The rule: questions go to standard error, so that what a command prints can still be piped.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../error.ts";

/**
 * Asks `question`, and waits for a line.
 *
 * @returns The line without its end.
 * @throws The signal's reason, when it is aborted.
 * @throws {UsageError} When the input ends before a line came.
 */
export async function askPerson(question: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  // The terminal itself echoes, edits the line and turns Ctrl-C into a signal: two that do so are one too many.
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: false,
  });
  const ended = new Promise<never>((_, reject) =>
    lines.once("close", () => {
      // What is said next begins a line of its own.
      process.stderr.write("\n");
      reject(notAnswered(question));
    })
  );
  try {
    return await Promise.race([lines.question(question, { signal }), ended]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    ended.catch(() => {});
    lines.removeAllListeners("close");
    lines.close();
  }
}

function notAnswered(question: string): UsageError {
  const shown = question.trim().split("\n").at(-1)?.replace(/:$/, "");
  return new UsageError(
    `Cannot go on: "${shown}" was not answered`,
    "Run the same command again, or see its options with --help",
  );
}
