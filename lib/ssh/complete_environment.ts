/**
 * Completes what cron, systemd and sudo leave of an environment, so that programs are found and know
 * their user.
 *
 * The rule: what is set stays in its place; only what is missing is added, behind it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import process from "node:process";

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where docker, ssh and crontab are on some systems, though not on the path of cron. */
const FOLDERS = [
  ...["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"],
  ...["/snap/bin", "/opt/homebrew/bin"],
];

/** What is asked of the system. */
export interface UserFacts {
  readonly platform: string;
  /** The home that the user database has of this user. */
  readonly findHome: () => string | undefined;
}

/**
 * The environment with the usual folders at the end of `PATH`, and with the user's own `HOME` where there
 * is none, or only `/`. On Windows it is left as it is.
 */
export function completeEnvironment(
  env: Environment,
  facts: UserFacts = { platform: process.platform, findHome: findUserHome },
): Environment {
  if (facts.platform === "win32") return env;
  const given = (env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  const PATH = [...given, ...FOLDERS.filter((folder) => !given.includes(folder))].join(":");
  const isHomeless = ["", "/"].includes(env["HOME"] ?? "");
  const home = isHomeless ? facts.findHome() : undefined;
  return { ...env, PATH, ...(home === undefined ? {} : { HOME: home }) };
}

/** The sixth field of the user's line in passwd(5); of other databases, what the runtime knows. */
function findUserHome(): string | undefined {
  const uid = String(process.getuid?.());
  const line = read(() => readFileSync("/etc/passwd", "utf8")).split("\n").find((text) =>
    text.split(":")[2] === uid
  );
  const home = line?.split(":")[5] || read(() => userInfo().homedir);
  return home.startsWith("/") ? home : undefined;
}

function read(fact: () => string): string {
  try {
    return fact();
  } catch {
    // Not every system has the file, nor every user a line; what needs a home says that it has none.
    return "";
  }
}
