/**
 * Replaces the tags of images for one deployment: `--version TAG`.
 *
 * Pure. The rule: everything goes as if luma.yml said that tag; so an app whose image has no name there
 * cannot be asked for a version.
 *
 * @module
 */
import { UsageError } from "../error.ts";
import type { AppConfig } from "./types.ts";

/**
 * The apps with `tag` in the place of their images' own tags and digests.
 *
 * @throws {UsageError} When `tag` is no tag, or an app's image has no name.
 */
export function chooseVersion(apps: readonly AppConfig[], tag: string): readonly AppConfig[] {
  if (!/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new UsageError(
      `Cannot use the version "${tag}": it is no tag of an image`,
      "A tag has letters, digits, _, . and -, 128 at most: --version 1.4.2",
    );
  }
  const nameless = apps.filter(({ image }) => image === undefined).map(({ name }) => name);
  if (nameless.length > 0) {
    throw new UsageError(
      `Cannot choose a version of ${nameless.join(", ")}: what is built there has no name`,
      `Write one beside build: in luma.yml, as image: acme/${nameless[0]}; ` +
        "or name the apps that are meant: luma deploy APP --version TAG",
    );
  }
  return apps.map((app) =>
    app.image === undefined ? app : { ...app, image: withTag(app.image, tag) }
  );
}

/** The reference with another tag: `acme/web:1@sha256:…` and `2` give `acme/web:2`. */
export function withTag(reference: string, tag: string): string {
  return `${reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "")}:${tag}`;
}
