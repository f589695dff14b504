/**
 * Describes what a key of luma.yml takes, in the words of JSON Schema, draft 7.
 *
 * Pure. The rule: what a text must look like is the pattern of the parser that reads it; a schema
 * tells people and editors, and the parser decides.
 *
 * @module
 */
import { DURATION } from "./parse_duration.ts";
import { IMAGE } from "./parse_image.ts";
import {
  ADDRESS_LIKE,
  COLOR_LIKE,
  MAX_NAME,
  MAX_PROJECT,
  RESERVED_NAMES,
  SAFE_NAME,
} from "./parse_name.ts";
import { CHECK_PATH } from "./parse_path.ts";
import { PORT } from "./parse_port.ts";
import { HOST, USER } from "./parse_server.ts";
import { CPUS, MEMORY, MIN_MEMORY_BYTES, PERCENTAGE } from "./parse_size.ts";

/** A JSON Schema, of the keywords that are used here. */
export interface ValueSchema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: ValueSchema;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly patternProperties?: Readonly<Record<string, ValueSchema>>;
  readonly propertyNames?: ValueSchema;
  readonly additionalProperties?: boolean | ValueSchema;
  readonly required?: readonly string[];
  readonly anyOf?: readonly ValueSchema[];
  readonly not?: ValueSchema;
  readonly $ref?: string;
  /** Editors strike it out. */
  readonly deprecated?: boolean;
  /** Editors of the VS Code family leave it out of what they offer. */
  readonly doNotSuggest?: boolean;
}

/** What the keys of one map take, by name. */
export type KeyTable<Key extends string = string> = Readonly<Record<Key, ValueSchema>>;

// What the schemas below begin with: a table of keys adds its own description and examples.

/** A text of one line, not empty. */
export const TEXT: ValueSchema = { type: "string", pattern: String.raw`^[^\u0000-\u001f\u007f]+$` };

/** Any text for a program; numbers and switches are taken as they are written. */
export const ANY_TEXT: ValueSchema = { type: ["string", "number", "boolean"] };

/** A switch. */
export const SWITCH: ValueSchema = { type: "boolean" };

/** A time: `30s`; a bare number is seconds. */
export const TIME: ValueSchema = {
  type: ["string", "number"],
  pattern: DURATION.source,
  minimum: 0,
  maximum: 2_147_483,
};

/** A time that is longer than none. */
export const TIME_ABOVE_ZERO: ValueSchema = {
  ...TIME,
  exclusiveMinimum: 0,
  not: { type: "string", pattern: "^[0.]+(ms|[hms])?$" },
};

/** A whole number, 1 or more. */
export const COUNT: ValueSchema = {
  type: ["integer", "string"],
  minimum: 1,
  pattern: String.raw`^(?=.*[1-9])\d{1,15}$`,
};

/** The number of a port. */
export const PORT_NUMBER: ValueSchema = {
  type: ["integer", "string"],
  minimum: 1,
  maximum: 65_535,
  pattern: String.raw`^0*(6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})$`,
};

/** A size: `512m`; a bare number is bytes. */
export const SIZE: ValueSchema = {
  type: ["string", "number"],
  pattern: MEMORY.source,
  minimum: MIN_MEMORY_BYTES,
  not: { type: "string", pattern: String.raw`^\d{1,6}(\.\d+)?[bB]?$` },
};

/** A size of any length: `10m`; a bare number is bytes. */
export const LENGTH: ValueSchema = {
  type: ["string", "number"],
  pattern: MEMORY.source,
  minimum: 0,
};

/** A number of processors. */
export const PROCESSORS: ValueSchema = {
  type: ["number", "string"],
  minimum: 0.01,
  pattern: CPUS.source,
  not: { type: "string", pattern: String.raw`^0+(\.0+)?$` },
};

/** A share: `20%`. */
export const SHARE: ValueSchema = {
  type: ["string", "number"],
  pattern: PERCENTAGE.source,
  minimum: 0,
  maximum: 100,
  not: {
    anyOf: [
      { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
      { type: "string", pattern: String.raw`^(?:0+\.\d*[1-9]\d*$|(?!100(\.0+)?\s*%?$)\d{3,})` },
    ],
  },
};

/** An image reference. */
export const IMAGE_NAME: ValueSchema = { type: "string", pattern: IMAGE.source };

/** The path of a URL. */
export const PATH: ValueSchema = { type: "string", pattern: CHECK_PATH.source };

/** The prefix of paths that an app serves. */
export const PATH_PREFIX: ValueSchema = {
  ...PATH,
  not: { pattern: String.raw`[?*]|//+[^/]|/\.{1,2}(/|$)` },
};

/** The name of a project. */
export const PROJECT_NAME: ValueSchema = {
  type: "string",
  pattern: SAFE_NAME.source,
  maxLength: MAX_PROJECT,
};

const NOT_A_NAME: readonly ValueSchema[] = [
  { pattern: ADDRESS_LIKE.source },
  { enum: RESERVED_NAMES },
];

/** The name of a service. */
export const SERVICE_NAME: ValueSchema = {
  type: "string",
  pattern: SAFE_NAME.source,
  maxLength: MAX_NAME,
  not: { anyOf: NOT_A_NAME },
};

/** The name of an app. */
export const APP_NAME: ValueSchema = {
  ...SERVICE_NAME,
  not: { anyOf: [...NOT_A_NAME, { pattern: COLOR_LIKE.source }] },
};

/** The name of a user of a server. */
export const USER_NAME: ValueSchema = { type: "string", pattern: USER.source };

const bare = (pattern: RegExp) => pattern.source.replace(/^\^/, "").replace(/\$$/, "");
const IPV6 = String
  .raw`(?:[0-9A-Fa-f:.]*::[0-9A-Fa-f:.]*|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4})`;

/** A server's host alone. */
export const SERVER_HOST: ValueSchema = {
  type: "string",
  pattern: String.raw`^(?:${bare(HOST)}|\[${IPV6}\]|${IPV6})$`,
};

/** A server: `[user@]host[:port]`. */
export const SERVER_ADDRESS: ValueSchema = {
  type: "string",
  pattern: String
    .raw`^(?:(?:${bare(USER)}@)?(?:${bare(HOST)}|\[${IPV6}\])(?::\d{1,5})?|${IPV6})$`,
};

const HOST_LABEL = String
  .raw`[A-Za-z0-9_\u0080-\uffff](?:[A-Za-z0-9_\u0080-\uffff-]*[A-Za-z0-9_\u0080-\uffff])?`;

/** A host name that is served; `*.` stands for one label. */
export const HOST_NAME: ValueSchema = {
  type: "string",
  pattern: String.raw`^(?:\*\.)?${HOST_LABEL}(?:\.${HOST_LABEL})*\.?$`,
};

/** A volume: `source:/path[:ro]`. */
export const VOLUME: ValueSchema = {
  type: "string",
  pattern: String
    .raw`^(\.|\.?/[^:]*|[a-zA-Z0-9][a-zA-Z0-9_.-]+):/[^:]*[^:/][^:]*(:(ro|rw))?$`,
};

/** A published port. */
export const PUBLISHED_PORT: ValueSchema = {
  type: ["string", "integer"],
  pattern: PORT.source,
  minimum: 1,
  maximum: 65_535,
};

/** The name of a secret, of a shell's variable. */
export const SECRET_NAME: ValueSchema = { type: "string", pattern: String.raw`^[A-Za-z_]\w*$` };

/** The name of a variable. */
export const VARIABLE_NAME: ValueSchema = {
  type: "string",
  pattern: String.raw`^[A-Za-z_][A-Za-z0-9_.-]*$`,
};

/** A command: a text that is split into words, or the words. */
export const COMMAND: ValueSchema = {
  anyOf: [
    { ...ANY_TEXT, pattern: String.raw`\S` },
    { type: "array", items: ANY_TEXT, minItems: 1 },
  ],
};

/** A list; nothing counts as an empty one. */
export function listOf(items: ValueSchema): ValueSchema {
  return { type: ["array", "null"], items };
}
