/**
 * Reads what a Dockerfile says of the program that it makes an image of.
 *
 * Pure. The rule: only what init has a use for, of the last stage and those that it stands on; what
 * cannot be known without building counts as not said.
 * Grammar: https://docs.docker.com/reference/dockerfile/
 *
 * @module
 */
import { readInstructions } from "../image/read_instructions.ts";

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

interface Stage {
  readonly ports: number[];
  readonly env: Map<string, string>;
  healthCheck: string | undefined;
}

/** The facts of `text`. */
export function parseDockerfile(text: string): ImageFacts {
  const globals = new Map<string, string>();
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const { word, rest } of readInstructions(text)) {
    if (word === "FROM") {
      const [, base = "", name] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) ?? [];
      stage = copyStage(stages.get(base.toLowerCase()));
      if (name !== undefined) stages.set(name.toLowerCase(), stage);
    } else if (stage === undefined) {
      if (word === "ARG") readArgument(rest, globals, globals);
    } else {
      applyInstruction(word, rest, { stage, globals });
    }
  }
  return stage === undefined ? { ports: [], hasHealthCheck: false } : factsOf(stage);
}

function copyStage(base: Stage | undefined): Stage {
  return {
    ports: [...base?.ports ?? []],
    env: new Map(base?.env),
    healthCheck: base?.healthCheck,
  };
}

interface Where {
  readonly stage: Stage;
  readonly globals: ReadonlyMap<string, string>;
}

function applyInstruction(word: string, rest: string, { stage, globals }: Where): void {
  switch (word) {
    case "ARG":
      readArgument(rest, stage.env, globals);
      break;
    case "ENV":
      for (const [name, value] of readPairs(rest)) stage.env.set(name, expand(value, stage.env));
      break;
    case "EXPOSE":
      for (const part of expand(rest, stage.env).split(/\s+/)) {
        const port = /^(\d+)(?:\/tcp)?$/i.exec(part)?.[1];
        if (port !== undefined && !stage.ports.includes(Number(port))) {
          stage.ports.push(Number(port));
        }
      }
      break;
    case "HEALTHCHECK":
      stage.healthCheck = /^NONE$/i.test(rest) ? undefined : expand(rest, stage.env);
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

function factsOf({ ports, env, healthCheck }: Stage): ImageFacts {
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
