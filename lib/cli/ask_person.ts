/**
 * Asks whoever sits at the terminal.
 *
 * The rule: questions go to standard error, so that what a command prints can still be piped.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline/promises";

/**
 * Asks `question`, and waits for a line.
 *
 * @returns The line without its end.
 * @throws The signal's reason, when it is aborted; an error when the input ends before a line came.
 */
export async function askPerson(question: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<never>((_, reject) =>
    lines.once("close", () => reject(new Error("The input ended before the question was answered")))
  );
  try {
    return await Promise.race([lines.question(question, { signal }), ended]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    ended.catch(() => {});
    lines.close();
  }
}
