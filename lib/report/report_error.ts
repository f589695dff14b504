/**
 * Makes an event, and an exit code, of anything that was thrown.
 *
 * The rule: an error without a hint of ours is a bug of luma, exit code 1, and is shown with its
 * stack, for it has to be mended.
 *
 * @module
 */
import { ConfigError } from "../config/config_error.ts";
import { formatProblems } from "../config/format_problems.ts";
import { LumaError, messageOf } from "../error.ts";
import { DeploymentError } from "../execute/types.ts";
import type { Event } from "./events.ts";

/** The event of an error. `interrupted`: a person ended the command. */
export function describeError(
  error: unknown,
  interrupted: boolean,
): Extract<Event, { readonly kind: "error" }> {
  if (interrupted) {
    return {
      kind: "error",
      message: "Interrupted",
      details: [],
      exitCode: 130,
      hint: "See what is there with: luma status; the next luma deploy goes on from it",
    };
  }
  if (!(error instanceof LumaError)) {
    const stack = error instanceof Error && error.stack !== undefined
      ? error.stack.split("\n").slice(1)
      : [];
    return {
      kind: "error",
      message: `This is a bug in luma: ${messageOf(error)}`,
      details: stack.map((line) => line.trim()),
      exitCode: 1,
      hint: "Please report it, with these lines and the command",
    };
  }
  return {
    kind: "error",
    message: error instanceof ConfigError ? describeProblems(error) : error.message,
    details: error instanceof DeploymentError ? error.evidence : [],
    exitCode: error.exitCode,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error instanceof ConfigError ? { problems: error.problems } : {}),
  };
}

/** Every problem, with the line of the file that it is in. */
function describeProblems({ message, problems, sources }: ConfigError): string {
  const [headline] = message.split("\n");
  return `${headline}\n${formatProblems(problems, sources)}`;
}
