/**
 * Says what this version cannot do yet.
 *
 * The rule: what would change the result of deploying an app stops that deployment; what an app can
 * be deployed without is a warning.
 *
 * @module
 */
import { registryOf } from "./parse_image.ts";
import type { ReadContext } from "./read_context.ts";
import type { Section } from "./section.ts";
import type { AppConfig, Config, Unsupported } from "./types.ts";

/** What stops the deployment of these apps; all apps unless given. In the order of the file. */
export function findUnsupported(
  config: Config,
  appNames: readonly string[] = config.apps.map(({ name }) => name),
): readonly Unsupported[] {
  return config.unsupported.filter(({ app }) => appNames.includes(app));
}

/** Notes what `app` needs and this version does not have. */
export function reportUnsupported(app: AppConfig, section: Section, context: ReadContext): void {
  const { problems } = section;
  reportBuild(app, section);
  reportLogin(app, section, context);
  const servers = section.get("servers")?.key ?? section.get("server")?.key ?? section.place;
  if (app.servers.length > 1) {
    const what = `several servers for one app (${app.servers.join(", ")})`;
    const fix = `name one: servers: [${JSON.stringify(app.servers[0])}]`;
    problems.unsupport(app.name, servers, { what, fix });
  }
  const strategy = section.get("deploy");
  if (app.deploy.strategy === "in-place" && strategy !== undefined) {
    const fix = "deploy it blue-green: without host ports and writable volumes";
    problems.unsupport(app.name, strategy.key, { what: "deploy.strategy: in-place", fix });
  }
  const check = section.get("health_check");
  if (app.healthCheck.command !== undefined && check !== undefined) {
    const what = "health_check.command";
    const fix = "write path: for a check over HTTP, or a HEALTHCHECK into the Dockerfile";
    problems.unsupport(app.name, check.key, { what, fix });
  }
}

function reportBuild(app: AppConfig, section: Section): void {
  const build = section.get("build");
  if (build === undefined) return;
  if (app.image === undefined) {
    const fix = `build the image yourself, and name it: image: acme/${app.name}:1`;
    section.problems.unsupport(app.name, build.key, { what: "building images", fix });
  } else {
    const message = `builds nothing in this version: the image ${app.image} is used as it is`;
    section.problems.warn(
      build.key,
      message,
      `docker build --tag ${app.image} ${app.build?.context ?? "."}`,
    );
  }
}

/** A login that would be made. The one of `docker` counts only for images of its registry. */
function reportLogin(app: AppConfig, section: Section, { docker }: ReadContext): void {
  const own = section.get("registry");
  if (app.image === undefined || app.registry?.username === undefined) return;
  if (app.registry.password === undefined) return;
  const registry = hostOf(app.registry.url ?? "docker.io");
  if (own === undefined && registry !== registryOf(app.image)) return;
  const place = own?.key ?? docker?.place ?? section.place;
  section.problems.unsupport(app.name, place, {
    what: `the login at ${registry}`,
    fix: `log in once on the server, with docker login ${registry}, and remove this`,
  });
}

function hostOf(url: string): string {
  const host = url.toLowerCase().replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}
