/**
 * What scheduling has to know of this machine and this user.
 *
 * The rule: what a shell gives and cron does not is written down here, by name.
 *
 * @module
 */
import process from "node:process";
import { completeEnvironment, type Environment } from "../ssh/complete_environment.ts";
import { createLocalRunner } from "../ssh/local_runner.ts";
import type { Runner } from "../ssh/runner.ts";
import { lumaWords } from "./luma_words.ts";

/** This machine, and this user of it. */
export interface CronHost {
  readonly runner: Runner;
  /** The words that start this luma. @throws {LumaError} When nothing but this shell can. */
  readonly luma: () => readonly string[];
  /** The environment that the scheduled luma will have. */
  readonly env: Environment;
  /** Those variables of it that cron does not set by itself. */
  readonly variables: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly home: string | undefined;
  readonly isRoot: boolean;
  readonly uid: number;
  readonly gid: number;
}

/** Variables that lead luma to its servers: without them it would look elsewhere. */
const LEADING = [
  ...["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"],
  "LUMA_SSH_CONFIG",
];

/** Looks at this process and its user. */
export function observeCronHost(env: Environment = process.env): CronHost {
  const { HOME } = completeEnvironment(env);
  const variables = Object.fromEntries(
    LEADING.flatMap((name) => env[name] ? [[name, env[name]] as const] : []),
  );
  const uid = process.getuid?.() ?? -1;
  return {
    runner: createLocalRunner({ server: "local" }),
    luma: () =>
      lumaWords({
        moduleUrl: import.meta.url,
        execPath: process.execPath,
        script: process.argv[1],
        isDeno: "deno" in process.versions,
      }),
    env: completeEnvironment({ ...variables, HOME }),
    variables,
    cwd: process.cwd(),
    home: HOME,
    isRoot: uid === 0,
    uid,
    gid: process.getgid?.() ?? -1,
  };
}
