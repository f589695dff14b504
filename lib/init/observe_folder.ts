/**
 * Reads a project's folder, as far as init has a use for it.
 *
 * The rule: it reads a few hundred small files at most, and nothing of what was installed, built or
 * is kept from Git by a dot in front; what it cannot read counts as not there.
 *
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ProjectFolder } from "./project_folder.ts";

const MOST_FILES = 400;
const MOST_BYTES = 256 * 1024;
const MOST_FOLDERS_DEEP = 5;
const NOT_SOURCE =
  /^(\..*|node_modules|vendor|dist|build|out|target|tmp|log|logs|coverage|test|tests|spec|docs|__.*__|venv)$/;
const SOURCE =
  /\.(?:[cm]?[jt]sx?|py|go|rb|ru|rs|php|exs?|java|kt|cs|ya?ml|toml|json|html?)$|^(?:.*\.)?Dockerfile$|^(?:Gemfile|Procfile|requirements\.txt|go\.mod|bunfig\.toml)$/;

/** Reads the folder at an absolute path. */
export async function observeFolder(path: string, signal: AbortSignal): Promise<ProjectFolder> {
  const names = await readdir(path);
  const texts = new Map<string, string>();
  // Breadth first: what is near the root says most, and comes before the limit.
  let level = [""];
  for (let depth = 0; depth < MOST_FOLDERS_DEEP && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      signal.throwIfAborted();
      next.push(...await readLevel(path, folder, texts));
    }
    level = next;
  }
  return { name: basename(path), names: new Set(names), texts };
}

/** Adds the texts of one folder, and returns the folders in it. */
async function readLevel(
  root: string,
  folder: string,
  texts: Map<string, string>,
): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const below: string[] = [];
  for (const entry of entries.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!NOT_SOURCE.test(entry.name)) below.push(path);
    } else if (texts.size < MOST_FILES && SOURCE.test(entry.name)) {
      const text = await readSmall(join(root, path));
      if (text !== undefined) texts.set(path, text);
    }
  }
  return below;
}

async function readSmall(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    // Reading a pipe would wait for somebody who writes.
    if (!found.isFile() || found.size > MOST_BYTES) return undefined;
    return await readFile(path, "utf8");
  } catch {
    // A link to nowhere, or a file of somebody else: init works without it.
    return undefined;
  }
}
