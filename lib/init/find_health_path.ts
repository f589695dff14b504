/**
 * Finds the path that a program answers health checks at.
 *
 * Pure. The rule: only what stands in the code as a whole path; a guess that is wrong costs a
 * person their first deployment.
 *
 * @module
 */
import type { ProjectFolder } from "./project_folder.ts";

/** What programs call it, the most telling first. */
const PATHS = [
  "/up",
  "/healthz",
  "/health",
  "/api/health",
  "/api/healthz",
  "/healthcheck",
  "/livez",
];

/** A path, and the file that has it. */
export interface HealthPath {
  readonly path: string;
  readonly file: string;
}

/** The health check's path in the sources of `folder`; none where none is found. */
export function findHealthPath(folder: ProjectFolder): HealthPath | undefined {
  const sources = [...folder.texts].filter(([file]) =>
    /\.(?:[cm]?[jt]sx?|py|go|rb|rs|php|exs?|java|kt|cs)$/.test(file)
  );
  for (const path of PATHS) {
    const quoted = new RegExp(`["'\`]${path.replaceAll("/", "\\/")}\\/?["'\`]`);
    for (const [file, text] of sources) {
      if (quoted.test(text) || isRouteFile(file, path)) return { path, file };
    }
  }
  const rails = sources.find(([, text]) => text.includes("rails/health#show"));
  return rails === undefined ? undefined : { path: "/up", file: rails[0] };
}

/** Frameworks whose routes are files: `app/api/health/route.ts`, `pages/api/health.js`. */
function isRouteFile(file: string, path: string): boolean {
  const route =
    /^(?:src\/)?(?:(?:app|routes)(\/.+)\/(?:route|\+server)|(?:pages|server)(\/.+))\.[cm]?[jt]sx?$/
      .exec(file);
  return (route?.[1] ?? route?.[2]) === path;
}
