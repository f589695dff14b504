/**
 * The flags that set limits, for `run`, which passes them on, and for its workers.
 *
 * The rule: a flag stands in one table, so that both read it the same way.
 *
 * @module
 */
import { DEFAULT_SETTINGS, type EngineSettings } from "../engine/settings.ts";
import type { AccessLogTarget } from "../worker/run_worker.ts";
import { parseDuration } from "./parse_duration.ts";
import type { Flags, FlagSpec } from "./parse_flags.ts";
import { ProxyUsageError } from "./proxy_io.ts";

interface Limit {
  readonly setting: keyof EngineSettings;
  /** A count of 0 is no limit; a size takes `32k`, a time `30s`. */
  readonly kind: "count" | "size" | "time";
  readonly min: number;
  readonly max: number;
}

const MAX_COUNT = 10_000_000;
const MAX_TIME_MS = 2 ** 31 - 1;

const LIMITS = {
  "max-connections": { setting: "maxConnections", kind: "count", min: 0, max: MAX_COUNT },
  "max-client-connections": {
    setting: "maxClientConnections",
    kind: "count",
    min: 0,
    max: MAX_COUNT,
  },
  "max-connection-requests": {
    setting: "maxConnectionRequests",
    kind: "count",
    min: 0,
    max: MAX_COUNT,
  },
  "header-timeout": { setting: "headTimeoutMs", kind: "time", min: 1, max: MAX_TIME_MS },
  "body-timeout": { setting: "bodyStallMs", kind: "time", min: 1, max: MAX_TIME_MS },
  "idle-timeout": { setting: "clientIdleMs", kind: "time", min: 1, max: MAX_TIME_MS },
  "max-header-size": { setting: "maxHeadBytes", kind: "size", min: 1024, max: 1024 ** 2 },
  "max-headers": { setting: "maxFields", kind: "count", min: 1, max: 10_000 },
} as const satisfies Readonly<Record<string, Limit>>;

/** The flags, for a command's own. */
export const LIMIT_SPEC: FlagSpec = {
  ...Object.fromEntries(Object.keys(LIMITS).map((name) => [name, "string" as const])),
  "access-log": "string",
  "access-log-query": "boolean",
};

/** What `--help` says of them. */
export const LIMIT_HELP = `Limits, for each worker (0: no limit):
  --max-connections N          connections at the same time; more are answered 503 (as many as
                               the limit of open files is enough for, which is never exceeded)
  --max-client-connections N   the same for each client address (0)
  --max-connection-requests N  requests on one connection (0)
  --header-timeout TIME        from the beginning of a request to the end of its head (30s)
  --body-timeout TIME          without anything of a body (60s)
  --idle-timeout TIME          without a request (75s)
  --max-header-size SIZE       of a head (32k)
  --max-headers N              fields of a head (128)

Log:
  --access-log FILE            one line of JSON for every request; - is standard error
  --access-log-query           with the query, which may hold secrets
`;

/** The settings that the flags ask for. */
export function readLimits(flags: Flags): Partial<EngineSettings> {
  const settings: { -readonly [Key in keyof EngineSettings]?: EngineSettings[Key] } = {};
  for (const [name, { setting, kind, min, max }] of Object.entries(LIMITS) as [string, Limit][]) {
    const text = flags.text(name);
    if (text === undefined) continue;
    const value = kind === "time" ? parseDuration(text, name) : parseCount(name, text, kind);
    if (!(value >= min && value <= max)) {
      throw new ProxyUsageError(`--${name}: expected ${min} to ${max}, found "${text}"`);
    }
    Object.assign(settings, { [setting]: kind === "count" && value === 0 ? Infinity : value });
  }
  const { maxHeadBytes } = settings;
  if (maxHeadBytes === undefined) return settings;
  // A target that is refused as too long must not be refused as too long a head before.
  return {
    ...settings,
    maxTargetBytes: Math.min(DEFAULT_SETTINGS.maxTargetBytes, maxHeadBytes >> 1),
    maxWaitingBytes: Math.max(DEFAULT_SETTINGS.maxWaitingBytes, 2 * maxHeadBytes),
  };
}

/** Where requests shall be logged. */
export function readAccessLog(flags: Flags): AccessLogTarget | undefined {
  const path = flags.text("access-log");
  if (path === "") throw new ProxyUsageError("--access-log: expected a file, or -");
  if (path !== undefined) return { path, withQuery: flags.has("access-log-query") };
  if (!flags.has("access-log-query")) return undefined;
  throw new ProxyUsageError("--access-log-query: --access-log is missing");
}

/** The words that give a worker the same flags. */
export function limitWords(flags: Flags): readonly string[] {
  const given = Object.keys(LIMIT_SPEC).flatMap((name) => {
    const text = flags.text(name);
    // In one word: a value may begin with a dash.
    return text === undefined ? [] : [`--${name}=${text}`];
  });
  return flags.has("access-log-query") ? [...given, "--access-log-query"] : given;
}

function parseCount(name: string, text: string, kind: "count" | "size"): number {
  const [, number, unit = ""] = /^(\d+)([km]?)$/i.exec(text) ?? [];
  if (number !== undefined && (unit === "" || kind === "size")) {
    return Number(number) * { "": 1, k: 1024, m: 1024 ** 2 }[unit.toLowerCase() as "" | "k" | "m"];
  }
  const example = kind === "size" ? "a size such as 16k" : "a whole number";
  throw new ProxyUsageError(`--${name}: expected ${example}, found "${text}"`);
}
