/**
 * Reads texts of luma.yml for tests, as if they were in the folder `shop`.
 *
 * @module
 */
import { ConfigError } from "../../../lib/config/config_error.ts";
import { formatProblem, formatProblems } from "../../../lib/config/format_problems.ts";
import { parseConfig } from "../../../lib/config/parse_config.ts";
import { Secret } from "../../../lib/config/secret.ts";
import type { AppConfig, Config } from "../../../lib/config/types.ts";

/** What differs from an empty environment without secrets. */
export interface Surroundings {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly folderName?: string;
  readonly allowMissingSecrets?: boolean;
}

/** The config of `text`. */
export function configOf(text: string, surroundings: Surroundings = {}): Config {
  const secrets = Object.entries(surroundings.secrets ?? {});
  return parseConfig(text, {
    file: "/projects/shop/luma.yml",
    secrets: new Map(secrets.map(([name, value]) => [name, new Secret(value)])),
    env: surroundings.env ?? { HOME: "/home/ann" },
    folderName: surroundings.folderName ?? "shop",
    allowMissingSecrets: surroundings.allowMissingSecrets ?? false,
  });
}

/** The app `web` with `keys`, lines of its map; an image is there already. */
export function webOf(keys: string, surroundings: Surroundings = {}): AppConfig {
  const [app] = configOf(webText(keys), surroundings).apps;
  if (app === undefined) throw new Error("no app was read");
  return app;
}

/** A luma.yml with the app `web`, whose `keys` begin in line 4, column 5. */
export function webText(keys: string): string {
  return `apps:\n  web:\n    image: acme/web:1\n${keys.replaceAll(/^/gm, "    ")}\n`;
}

/** The errors of `text`, as the CLI prints them; empty where there is none. */
export function errorsOf(text: string, surroundings: Surroundings = {}): string {
  try {
    configOf(text, surroundings);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return formatProblems(error.problems);
    throw error;
  }
}

/** The errors of the app `web` with `keys`. */
export function webErrorsOf(keys: string, surroundings: Surroundings = {}): string {
  return errorsOf(webText(keys), surroundings);
}

/** The warnings of `text`. */
export function warningsOf(text: string, surroundings: Surroundings = {}): readonly string[] {
  return configOf(text, surroundings).warnings.map((warning) => formatProblem(warning));
}
