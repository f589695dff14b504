/**
 * Reads what a Dockerfile says of the program that it makes an image of.
 *
 * Pure. The rule: only what init has a use for, of the last stage and those that it stands on; what
 * cannot be known without building counts as not said.
 * Grammar: https://docs.docker.com/reference/dockerfile/
 *
 * @module
 */
import { readStages, type Stage } from "../image/read_stages.ts";

/** What the last stage says. */
export interface ImageFacts {
  /** TCP ports of EXPOSE, in their order. */
  readonly ports: readonly number[];
  /** ENV PORT. */
  readonly portVariable?: number;
  readonly hasHealthCheck: boolean;
  /** The path that HEALTHCHECK asks for, where it is a request to the container itself. */
  readonly healthPath?: string;
}

/** What is known so far; a stage goes on with what its base says. */
interface Facts {
  readonly ports: number[];
  readonly env: Map<string, string>;
  healthCheck: string | undefined;
}

/** The facts of `text`. */
export function parseDockerfile(text: string): ImageFacts {
  const { head, stages } = readStages(text);
  const globals = new Map<string, string>();
  for (const { rest } of head.filter(({ word }) => word === "ARG")) {
    readArgument(rest, globals, globals);
  }
  const facts: Facts = { ports: [], env: new Map(), healthCheck: undefined };
  for (const { instructions } of listBelow(stages)) {
    for (const { word, rest } of instructions) applyInstruction(word, rest, { facts, globals });
  }
  return summarize(facts);
}

/** The last stage and those that it stands on, the lowest first. */
function listBelow(stages: readonly Stage[]): readonly Stage[] {
  const below: Stage[] = [];
  let stage = stages.at(-1);
  while (stage !== undefined) {
    below.unshift(stage);
    stage = stage.base === undefined ? undefined : stages[stage.base];
  }
  return below;
}

interface Where {
  readonly facts: Facts;
  readonly globals: ReadonlyMap<string, string>;
}

function applyInstruction(word: string, rest: string, { facts, globals }: Where): void {
  switch (word) {
    case "ARG":
      readArgument(rest, facts.env, globals);
      break;
    case "ENV":
      for (const [name, value] of readPairs(rest)) facts.env.set(name, expand(value, facts.env));
      break;
    case "EXPOSE":
      for (const part of expand(rest, facts.env).split(/\s+/)) {
        const port = /^(\d+)(?:\/tcp)?$/i.exec(part)?.[1];
        if (port !== undefined && !facts.ports.includes(Number(port))) {
          facts.ports.push(Number(port));
        }
      }
      break;
    case "HEALTHCHECK":
      facts.healthCheck = /^NONE$/i.test(rest) ? undefined : expand(rest, facts.env);
      break;
  }
}

function readArgument(
  rest: string,
  into: Map<string, string>,
  globals: ReadonlyMap<string, string>,
): void {
  const [, name = "", written] = /^(\w+)(?:=(.*))?$/.exec(rest) ?? [];
  const value = written === undefined ? globals.get(name) : unquote(written);
  if (name !== "" && value !== undefined) into.set(name, value);
}

/** `A=1 B="2 3"`, or the older `A 1`. */
function readPairs(rest: string): readonly (readonly [string, string])[] {
  if (!/^\w+=/.test(rest)) {
    const [, name = "", value = ""] = /^(\w+)\s+(.*)$/.exec(rest) ?? [];
    return [[name, value]];
  }
  const pairs = rest.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g);
  return [...pairs].map(([, name = "", value = ""]) => [name, unquote(value)] as const);
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}

/** Puts in variables, and `${NAME:-default}`. */
function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (whole, bare?: string, braced?: string, fallback?: string) =>
      values.get(bare ?? braced ?? "") ?? fallback ?? whole,
  );
}

function summarize({ ports, env, healthCheck }: Facts): ImageFacts {
  const port = Number(env.get("PORT") ?? Number.NaN);
  const path =
    /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::[^/\s"']*)?(\/[^\s"'|)\],;]*)?/
      .exec(healthCheck ?? "");
  return {
    ports,
    hasHealthCheck: healthCheck !== undefined,
    ...(Number.isInteger(port) && port >= 1 && port <= 65_535 ? { portVariable: port } : {}),
    ...(path === null ? {} : { healthPath: path[1] ?? "/" }),
  };
}
