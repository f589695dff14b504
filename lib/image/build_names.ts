/**
 * The names of what luma builds.
 *
 * Pure. The rule: a name is made of the image's id, so that the same content has the same name, here and
 * on every server.
 *
 * @module
 */

/** The repository of the images that are built for an app or a service; apart from those of deployments. */
export function buildRepository(project: string, name: string): string {
  return `luma-build/${project}.${name}`;
}

/** The name of one image: `luma-build/shop.web:3f9a1c04be77`. @param imageId `sha256:…` */
export function buildReference(repository: string, imageId: string): string {
  return `${repository}:${imageId.replace(/^sha256:/, "").slice(0, 12)}`;
}

/** A name while it is built; whatever is left of one counts as a build, and goes as builds go. */
export function unfinishedReference(repository: string, random: string): string {
  return `${repository}:unfinished-${random}`;
}

/** Whether a name is that of a build that did not come to its end. */
export function isUnfinished(reference: string): boolean {
  return reference.includes(":unfinished-");
}
