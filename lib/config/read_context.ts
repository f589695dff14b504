/**
 * What the readers of apps and services need beside the file's nodes.
 *
 * @module
 */
import type { Secret } from "./secret.ts";
import type { Place, ProblemList } from "./problem_list.ts";
import type { ServerBook } from "./server_book.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the values of secrets come from. */
export interface SecretSource {
  /** Of `.luma/secrets`; they count before those of the environment. */
  readonly file: ReadonlyMap<string, Secret>;
  readonly env: Environment;
  /** A secret without a value is a warning, not an error. */
  readonly isMissingAllowed: boolean;
}

/** The login for all apps and services that have none of their own. */
export interface DockerDefaults {
  readonly place: Place;
  readonly url?: string;
  readonly username?: string;
  readonly password?: Secret;
}

/** Shared by the readers of one file. */
export interface ReadContext {
  readonly problems: ProblemList;
  readonly secrets: SecretSource;
  readonly servers: ServerBook;
  /** Servers of an app that names none. */
  readonly defaultServers: readonly string[];
  readonly docker?: DockerDefaults;
}
