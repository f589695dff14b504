/**
 * Asks a person what a folder does not tell.
 *
 * The rule: what was said as an option, or is known, is not asked; every question has an answer that
 * is only Enter; what cannot be used is said, and asked again.
 *
 * @module
 */
import type { Person } from "../commands/context.ts";
import { parseHostName } from "../config/parse_host_name.ts";
import { type Parsed, parsed, unparsed } from "../config/parsed.ts";
import { parseServer } from "../config/parse_server.ts";
import { type Findings, portOf, usualPortOf, type Wishes } from "./settings.ts";

/** What was answered beside wishes. */
export interface Answers {
  readonly wishes: Wishes;
  /** The Dockerfile that luma can write is wanted. */
  readonly wantsDockerfile: boolean;
}

/** Asks what is missing of `wishes`. */
export async function askWishes(
  wishes: Wishes,
  findings: Findings,
  { person, signal }: { readonly person: Person; readonly signal: AbortSignal },
): Promise<Answers> {
  const ask = <T>(question: string, parse: (text: string) => Parsed<T>) =>
    askUntil(question, parse, (text) => person.ask(text, signal));
  const wantsDockerfile = findings.dockerfile !== undefined && wishes.image === undefined &&
    await ask(
      `There is no Dockerfile. Write one for ${findings.program?.language}? [Y/n] `,
      parseYes,
    );
  const server = wishes.server ??
    await ask(
      "Server, such as root@203.0.113.5 (Enter: this machine's Docker): ",
      (text) => text === "" ? parsed(undefined) : checkServer(text),
    );
  const host = wishes.host ??
    await ask(
      "Host name, such as blog.example.com (Enter: every host name): ",
      (text) => text === "" ? parsed(undefined) : parseHostName(text),
    );
  const isBuilt = wishes.image === undefined;
  const usual = isBuilt ? usualPortOf(findings) : undefined;
  const port = wishes.port !== undefined || (isBuilt && portOf(findings) !== undefined)
    ? wishes.port
    : await ask(
      `Port that the app listens on (Enter: ${usual ?? "what the image exposes"}): `,
      (text) => text === "" ? parsed(usual) : parsePortNumber(text),
    );
  return {
    wantsDockerfile,
    wishes: {
      ...wishes,
      ...(server !== undefined && { server }),
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
    },
  };
}

/** The text of a server, where it is one. */
export function checkServer(text: string): Parsed<string> {
  const server = parseServer(text);
  return server.ok ? parsed(text) : server;
}

/** The number of a port. */
export function parsePortNumber(text: string): Parsed<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return parsed(port);
  return unparsed(`expected a port from 1 to 65535, got "${text}"`);
}

function parseYes(text: string): Parsed<boolean> {
  if (/^(?:y|yes)?$/i.test(text)) return parsed(true);
  return /^(?:n|no)$/i.test(text) ? parsed(false) : unparsed("answer y or n");
}

async function askUntil<T>(
  question: string,
  parse: (text: string) => Parsed<T>,
  ask: (text: string) => Promise<string>,
): Promise<T> {
  let shown = question;
  for (;;) {
    const answer = parse((await ask(shown)).trim());
    if (answer.ok) return answer.value;
    const fix = answer.fix === undefined ? "" : `: ${answer.fix}`;
    shown = `  ${answer.message}${fix}\n${question}`;
  }
}
