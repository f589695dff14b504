/**
 * Where the files of a build are.
 *
 * The rule: what is missing is said before anything is contacted.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { BuildConfig, ContainerConfig } from "../config/types.ts";
import { UsageError } from "../error.ts";
import { type AskBuilder, checkSecretsFile } from "./check_secrets_file.ts";

/** Absolute paths of a build's folder and Dockerfile. */
export interface BuildFiles {
  readonly context: string;
  readonly dockerfile: string;
}

/** The paths. @param configFile Absolute path of luma.yml, which `context` is relative to. */
export function locateBuild(build: BuildConfig, configFile: string): BuildFiles {
  const context = resolve(dirname(configFile), build.context);
  const { dockerfile } = build;
  return { context, dockerfile: isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile) };
}

/**
 * Checks that folder and Dockerfile are there, and that no secrets get into the image.
 *
 * @param configFile Absolute path of luma.yml.
 * @throws {UsageError} When one is missing, or the image would hold `.luma/secrets`.
 */
export async function checkBuildFiles(
  { name, build }: Pick<ContainerConfig, "name"> & { readonly build: BuildConfig },
  configFile: string,
  askBuilder: AskBuilder,
): Promise<BuildFiles> {
  const files = locateBuild(build, configFile);
  const is = await kindOf(files.context);
  if (is !== "folder") {
    throw new UsageError(
      `Cannot build "${name}": ${is === "file" ? "not a folder" : "no folder"} ${files.context}`,
      `Write the folder of the Dockerfile, relative to luma.yml: build: { context: . }`,
    );
  }
  if (await kindOf(files.dockerfile) !== "file") {
    throw new UsageError(
      `Cannot build "${name}": there is no ${files.dockerfile}`,
      "Write a Dockerfile there, or name another in the context: build: { dockerfile: docker/web }",
    );
  }
  const { target } = build;
  const checked = { name, ...files, ...(target === undefined ? {} : { target }) };
  await checkSecretsFile(checked, configFile, askBuilder);
  return files;
}

async function kindOf(path: string): Promise<"folder" | "file" | "nothing"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch {
    // Whatever the reason is, docker could not read it either.
    return "nothing";
  }
}
