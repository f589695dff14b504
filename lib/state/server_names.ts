/**
 * Names of what luma keeps on a server beside containers: lock files and image tags.
 *
 * Pure. The rule: project and app are joined by a dot, which neither may have in its name: project
 * `a` with app `b-c` is not project `a-b` with app `c`.
 *
 * @module
 */

/** The lease of an app. @param home The server's folder of luma. */
export function lockPath(home: string, project: string, app: string): string {
  return `${home}/locks/${project}.${app}.lock`;
}

/** The repository whose tags, ids of deployments, keep an app's images. */
export function imageRepository(project: string, app: string): string {
  return `luma/${project}.${app}`;
}
