/**
 * Says what this version cannot do yet.
 *
 * The rule: what would change the result of deploying an app stops that deployment; what an app can
 * be deployed without is a warning.
 *
 * @module
 */
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
export function reportUnsupported(app: AppConfig, section: Section): void {
  const { problems } = section;
  const servers = section.get("servers")?.key ?? section.get("server")?.key ?? section.place;
  if (app.servers.length > 1) {
    const what = `several servers for one app (${app.servers.join(", ")})`;
    const fix = `name one: servers: [${JSON.stringify(app.servers[0])}]`;
    problems.unsupport(app.name, servers, { what, fix });
  }
}
