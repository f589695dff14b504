/**
 * Folders for the tests of init, written down.
 *
 * @module
 */
import type { ProjectFolder } from "../../../lib/init/project_folder.ts";

/** The folder `My Shop` with these files; those without a text count as there alone. */
export function folderOf(
  texts: Readonly<Record<string, string>>,
  names: readonly string[] = [],
): ProjectFolder {
  const paths = [...Object.keys(texts), ...names];
  return {
    name: "My Shop",
    names: new Set(paths.map((path) => path.split("/")[0] ?? "")),
    texts: new Map(Object.entries(texts)),
  };
}
