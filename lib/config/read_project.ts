/**
 * Reads what luma.yml says of a project as a whole, and its apps and services.
 *
 * The rule: what one app alone can be checked for is checked where it is read; here is what they
 * have in common.
 *
 * @module
 */
import { dirname } from "node:path";
import { checkHosts, checkNames, type PlacedApp } from "./check_apps.ts";
import { omitUndefined } from "./omit_undefined.ts";
import { parseAppName, parseContainerName, parseProjectName, projectNameOf } from "./parse_name.ts";
import { readApp } from "./read_app.ts";
import type { Environment, ReadContext } from "./read_context.ts";
import { type Entry, readEntries } from "./read_entries.ts";
import { readProxy } from "./read_proxy.ts";
import { readDocker } from "./read_registry.ts";
import { readParsed } from "./read_scalars.ts";
import { readService } from "./read_service.ts";
import { readDefaultServers, readSsh } from "./read_servers.ts";
import type { Secret } from "./secret.ts";
import type { Field, Section } from "./section.ts";
import { ServerBook } from "./server_book.ts";
import type { Config, ServiceConfig } from "./types.ts";

/** What a project is read with. */
export interface ProjectOptions {
  /** Absolute path of the file. */
  readonly file: string;
  /** Values of `.luma/secrets` by name. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** The environment, for secrets that `.luma/secrets` does not have, and for HOME. */
  readonly env: Environment;
  /** Gives the project its name, where the file does not. */
  readonly folderName: string;
  /** Makes a secret without a value a warning, for commands that need none. */
  readonly allowMissingSecrets?: boolean;
}

const EXAMPLE = "apps: { blog: { image: my-blog, proxy: { hosts: [blog.com] } } }";

/** The project of the opened file; problems are reported, and make it worthless. */
export function readProject(
  file: Section,
  options: ProjectOptions,
): Omit<Config, "warnings" | "unsupported"> {
  const { problems } = file;
  const context = readContext(file, options);
  const apps = readApps(file, context);
  const serviceEntries = readEntries(file.get("services"), parseContainerName);
  const services = readServices(serviceEntries, context);
  checkNames(apps.map(({ entry }) => entry), serviceEntries, problems);
  checkHosts(apps, problems);
  if (isEmpty(file.get("apps")) && isEmpty(file.get("services"))) {
    problems.error(file.place, "there are neither apps nor services", `write ${EXAMPLE}`);
  }
  const all = [...apps.map(({ app }) => app), ...services];
  const servers = new Set(all.flatMap((one) => one.servers));
  return {
    file: options.file,
    name: readProjectName(file, options.folderName),
    servers: [...servers].map((name) => context.servers.get(name)),
    proxy: readProxy(file.get("proxy")),
    apps: apps.map(({ app }) => app),
    services,
  };
}

function isEmpty(field: Field | undefined): boolean {
  if (field === undefined) return true;
  const { node } = field;
  if (node.kind === "scalar") return node.value === null;
  return node.kind === "map" ? node.entries.length === 0 : node.items.length === 0;
}

function readContext(file: Section, options: ProjectOptions): ReadContext {
  const { env } = options;
  const folders = omitUndefined({
    project: dirname(options.file),
    home: env.HOME ?? env.USERPROFILE,
  });
  const servers = new ServerBook(readSsh(file.get("ssh"), folders));
  const isMissingAllowed = options.allowMissingSecrets ?? false;
  const secrets = { file: options.secrets, env, isMissingAllowed };
  return {
    problems: file.problems,
    secrets,
    servers,
    defaultServers: readDefaultServers(file.get("servers"), servers, folders),
    ...omitUndefined({ docker: readDocker(file.get("docker"), secrets) }),
  };
}

function readProjectName(file: Section, folderName: string): string {
  const field = file.get("name");
  if (field !== undefined) return readParsed(field, parseProjectName) ?? "";
  const name = projectNameOf(folderName);
  if (name === undefined) {
    file.problems.error(file.place, "the project has no name", "write name: shop");
  }
  return name ?? "";
}

function readApps(file: Section, context: ReadContext): readonly PlacedApp[] {
  return readEntries(file.get("apps"), parseAppName).flatMap((entry) => {
    const app = readApp(entry.name, entry.field, context);
    return app === undefined ? [] : [{ entry, app }];
  });
}

function readServices(entries: readonly Entry[], context: ReadContext): readonly ServiceConfig[] {
  return entries.flatMap(({ name, field }) => readService(name, field, context) ?? []);
}
