/**
 * Reports of a command that is to say what it did, and nothing where it did nothing.
 *
 * The rule: what a deployment does on its way is left out; how it ended is not.
 *
 * @module
 */
import type { Report } from "./events.ts";

/**
 * Passes on redeployments and errors, and the warnings of deployments that really began: those
 * before them would be said again at every look.
 */
export function createBriefReport(report: Report): Report {
  const begun = new Set<string>();
  return (event) => {
    switch (event.kind) {
      case "colors":
        begun.add(event.app);
        return;
      case "warning":
        if (event.app !== undefined && begun.has(event.app)) report(event);
        return;
      case "redeployed":
      case "error":
        report(event);
    }
  };
}
