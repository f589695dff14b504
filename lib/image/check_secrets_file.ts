/**
 * Sees to it that `.luma/secrets` does not get into an image.
 *
 * The rule: what an instruction would copy is refused before anything is built: an image is sent, pushed
 * and kept, so a warning would come too late.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, posix, relative, sep } from "node:path";
import { UsageError } from "../error.ts";
import type { BuildFiles } from "./build_files.ts";
import { findCopyOf } from "./find_copy_of.ts";
import { isLeftOut } from "./ignore_patterns.ts";

/**
 * Checks the build of an app or a service.
 *
 * @param configFile Absolute path of luma.yml.
 * @throws {UsageError} When its image would hold the secrets.
 */
export async function checkSecretsFile(
  name: string,
  { context, dockerfile }: BuildFiles,
  configFile: string,
): Promise<void> {
  const file = join(dirname(configFile), ".luma", "secrets");
  const path = relative(context, file).split(sep).join("/");
  if (path.startsWith("../") || !await exists(file)) return;
  const copy = findCopyOf(path, await readFile(dockerfile, "utf8"));
  if (copy === undefined) return;
  const ignoreFile = await findIgnoreFile({ context, dockerfile });
  const isThere = await exists(ignoreFile);
  if (isThere && isLeftOut(path, await readFile(ignoreFile, "utf8"))) return;
  const why = isThere
    ? `${basename(ignoreFile)} does not leave it out`
    : "there is no .dockerignore";
  throw new UsageError(
    `Cannot build "${name}": its image would hold ${path}, which \`${copy}\` in ` +
      `${basename(dockerfile)} copies: ${why}`,
    `Add a line ${posix.dirname(path)} to ${ignoreFile}`,
  );
}

/** The file that counts: the Dockerfile's own before the folder's. */
async function findIgnoreFile({ context, dockerfile }: BuildFiles): Promise<string> {
  const own = `${dockerfile}.dockerignore`;
  return await exists(own) ? own : join(context, ".dockerignore");
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // Whatever the reason is, docker could not read it either.
    return false;
  }
}
