/**
 * `luma completions bash|zsh|fish`: prints the script with which a shell completes luma's commands.
 *
 * @module
 */
import { completionScript, type Shell } from "../completions/completion_script.ts";

/** Prints the script. */
export function completions(shell: Shell, print: (text: string) => void): void {
  print(completionScript(shell).trimEnd());
}
