/**
 * Makes the id of a deployment.
 *
 * Pure. The rule: ids sort by time, fit into an image tag and a file name, and two of one second differ.
 *
 * @module
 */

/** @returns `20260131t235959z-1f3a`. */
export function makeDeploymentId(nowMs: number, random: string): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "").toLowerCase();
  return `${time}-${random.slice(0, 4)}`;
}

/** When a deployment began, in milliseconds since the epoch; none where it is no such id. */
export function parseDeploymentTime(id: string): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)z-/.exec(id) ?? [];
  if (second === undefined) return undefined;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
