/**
 * Makes findings of one server.
 *
 * Pure. The rule: what is bad or worth a look has a fix, unless nobody can do anything about it.
 *
 * @module
 */
import type { CheckName, Finding } from "./types.ts";

/** What a finding is about, beside its server. */
export interface FindingAbout {
  readonly app?: string;
  readonly host?: string;
  readonly fix?: string;
}

/** Makes the findings of a check. */
export interface Findings {
  good(message: string, about?: FindingAbout): Finding;
  warning(message: string, about?: FindingAbout): Finding;
  bad(message: string, about?: FindingAbout): Finding;
}

/** The findings of one check on one server. */
export function findingsOf(server: string, check: CheckName): Findings {
  const make = (mark: Finding["mark"]) => (message: string, about: FindingAbout = {}): Finding => ({
    kind: "finding",
    server,
    check,
    mark,
    message,
    ...about,
  });
  return { good: make("good"), warning: make("warning"), bad: make("bad") };
}
