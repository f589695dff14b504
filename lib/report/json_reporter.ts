/**
 * Prints events as JSON, one a line, on standard output.
 *
 * The rule: everything goes in, errors too, so that a program needs nothing else.
 *
 * @module
 */
import type { Report } from "./events.ts";

/**
 * A reporter for programs.
 *
 * @example
 * ```ts
 * import { createJsonReporter, openProject } from "@luma/cli";
 *
 * const project = await openProject({ report: createJsonReporter(console.log) });
 * await project.deploy();
 * ```
 */
export function createJsonReporter(out: (line: string) => void): Report {
  return (event) => out(JSON.stringify(event));
}
