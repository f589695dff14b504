/**
 * Reads the text of a state file.
 *
 * The rule: a file that is not wholly what it should be is damaged; nothing is guessed.
 *
 * @module
 */
import type { GenerationState, SwitchedBack, WatchFailure } from "../api.ts";
import {
  readBoolean,
  readInteger,
  readList,
  readNumber,
  readObject,
  readOptional,
  readText,
  readWord,
  ShapeError,
  withoutUndefined,
} from "./json_shape.ts";
import {
  parseAnyEndpoints,
  parseRouteKey,
  parseRouteOptions,
  parseWatchOptions,
} from "./parse_route.ts";
import type { LeftRoute, ProxyState, StoredRoute, StoredWatch } from "./proxy_state.ts";

/** A state that is whole, and says more than this version understands. */
export class NewerStateError extends Error {
  override readonly name = "NewerStateError";
  /** The version that it says. */
  readonly version: number;

  constructor(version: number) {
    super(`version: expected ${VERSION}, found the newer ${version}`);
    this.version = version;
  }
}

const VERSION = 1;

/**
 * Reads a state.
 *
 * @throws {NewerStateError} When a newer version of the proxy wrote it.
 * @throws {Error} When it is damaged.
 */
export function parseProxyState(text: string): ProxyState {
  const object = readObject(JSON.parse(text), "state");
  const { version } = object;
  if (Number.isSafeInteger(version) && version as number > VERSION) {
    throw new NewerStateError(version as number);
  }
  if (version !== VERSION) {
    throw new ShapeError(`version: expected ${VERSION}, found ${JSON.stringify(version)}`);
  }
  const highest = readObject(object["highest"], "highest");
  return {
    version: VERSION,
    routes: readList(object["routes"], "routes", parseStoredRoute),
    highest: Object.fromEntries(
      Object.entries(highest).map(([name, value]) => [name, readInteger(value, `highest.${name}`)]),
    ),
    left: readList(object["left"], "left", parseLeftRoute),
  };
}

function parseStoredRoute(value: unknown, path: string): StoredRoute {
  const object = readObject(value, path);
  return {
    ...parseRouteKey(object, path),
    current: parseGeneration(object["current"], `${path}.current`),
    switched: readBoolean(object["switched"], `${path}.switched`),
    ...withoutUndefined({
      previous: readOptional(object["previous"], `${path}.previous`, parseGeneration),
      targets: readOptional(
        object["targets"],
        `${path}.targets`,
        (value, path) => readList(value, path, readText),
      ),
      watch: readOptional(object["watch"], `${path}.watch`, parseStoredWatch),
    }),
  };
}

function parseGeneration(value: unknown, path: string): GenerationState {
  const object = readObject(value, path);
  const at = (key: string) => [object[key], `${path}.${key}`] as const;
  return {
    generation: readInteger(...at("generation"), { min: 1 }),
    color: parseColor(...at("color")),
    deployment: readText(...at("deployment")),
    endpoints: parseAnyEndpoints(...at("endpoints")),
    options: parseRouteOptions(...at("options")),
    seal: readWord(...at("seal"), ["watching", "watched", "confirmed"] as const),
    switchedAtMs: readNumber(...at("switchedAtMs")),
    ...withoutUndefined({
      switchedBackFrom: readOptional(...at("switchedBackFrom"), parseSwitchedBackFrom),
    }),
  };
}

function parseSwitchedBackFrom(
  value: unknown,
  path: string,
): NonNullable<GenerationState["switchedBackFrom"]> {
  const object = readObject(value, path);
  const at = (key: string) => [object[key], `${path}.${key}`] as const;
  return {
    generation: readInteger(...at("generation"), { min: 1 }),
    deployment: readText(...at("deployment")),
    color: parseColor(...at("color")),
    reason: readText(...at("reason")),
    ...withoutUndefined({ failure: readOptional(...at("failure"), parseWatchFailure) }),
  };
}

function parseLeftRoute(value: unknown, path: string): LeftRoute {
  const object = readObject(value, path);
  return {
    ...parseRouteKey(object, path),
    left: readInteger(object["left"], `${path}.left`, { min: 1 }),
    answer: parseSwitchedBack(object["answer"], `${path}.answer`),
  };
}

function parseSwitchedBack(value: unknown, path: string): SwitchedBack {
  const object = readObject(value, path);
  return {
    kind: "switched back",
    generation: readInteger(object["generation"], `${path}.generation`),
    reason: readText(object["reason"], `${path}.reason`),
    ...withoutUndefined({
      failure: readOptional(object["failure"], `${path}.failure`, parseWatchFailure),
    }),
  };
}

function parseStoredWatch(value: unknown, path: string): StoredWatch {
  const oldShare = readObject(value, path)["oldShare"];
  return {
    ...parseWatchOptions(value, path),
    oldShare: readNumber(oldShare, `${path}.oldShare`),
  };
}

function parseWatchFailure(value: unknown, path: string): WatchFailure {
  const object = readObject(value, path);
  return {
    requests: readInteger(object["requests"], `${path}.requests`),
    failed: readInteger(object["failed"], `${path}.failed`),
    share: readNumber(object["share"], `${path}.share`),
    oldShare: readNumber(object["oldShare"], `${path}.oldShare`),
    examples: readList(object["examples"], `${path}.examples`, readText),
  };
}

function parseColor(value: unknown, path: string): "blue" | "green" {
  return readWord(value, path, ["blue", "green"] as const);
}
