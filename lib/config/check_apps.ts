/**
 * Checks what apps and services must not have in common.
 *
 * The rule: on one server a name, a container's name, and a host with a path belong to one of them.
 *
 * @module
 */
import type { ProblemList } from "./problem_list.ts";
import type { Entry } from "./read_entries.ts";
import { type Field, fieldOfEntry } from "./section.ts";
import type { AppConfig, AppProxyConfig } from "./types.ts";

/** An app and where it stands. */
export interface PlacedApp {
  readonly entry: Entry;
  readonly app: AppConfig;
}

/** Reports services that are named like an app, or like the containers of one. */
export function checkNames(
  apps: readonly Entry[],
  services: readonly Entry[],
  problems: ProblemList,
): void {
  for (const { name, place } of services) {
    const color = /^(.+?)-(?:(?:blue|green)(?:-\d+)?(?:-temp)?|temp)$/.exec(name)?.[1];
    const app = apps.find((candidate) => candidate.name === name || candidate.name === color);
    if (app === undefined) continue;
    const message = app.name === name
      ? `an app and a service are both called "${name}"`
      : `"${name}" is what luma calls a container of the app "${app.name}"`;
    problems.error(place, message, "choose another name for the service");
  }
}

/** Reports a host and path that two apps on one server claim, and two that claim all others. */
export function checkHosts(apps: readonly PlacedApp[], problems: ProblemList): void {
  for (const [index, { app, entry }] of apps.entries()) {
    if (app.proxy === undefined) continue;
    reportTwice(app.proxy, entry, problems);
    for (const former of apps.slice(0, index)) {
      if (!app.servers.some((server) => former.app.servers.includes(server))) continue;
      reportShared(former.app, { app, entry }, problems);
    }
  }
}

function reportTwice({ hosts }: AppProxyConfig, entry: Entry, problems: ProblemList): void {
  const host = hosts.find((name, index) => hosts.indexOf(name) !== index);
  if (host === undefined) return;
  problems.error(findHosts(entry).key, `the host ${host} is there twice`, "keep one of them");
}

function reportShared(former: AppConfig, { app, entry }: PlacedApp, problems: ProblemList): void {
  if (former.proxy === undefined || app.proxy === undefined) return;
  if (former.proxy.path !== app.proxy.path) return;
  const below = app.proxy.path === "/" ? "" : ` below ${app.proxy.path}`;
  const isCatchAll = app.proxy.hosts.length === 0;
  if (isCatchAll && former.proxy.hosts.length === 0) {
    const message = `the app "${former.name}" already serves every other host${below}`;
    const fix = `write proxy: { hosts: ["${app.name}.example.com"] }`;
    problems.error(findHosts(entry).key, message, fix);
  }
  for (const host of new Set(app.proxy.hosts)) {
    if (!former.proxy.hosts.includes(host)) continue;
    const message = `the app "${former.name}" already serves ${host}${below}`;
    problems.error(
      findHosts(entry).key,
      message,
      "give one of them another host, or another path",
    );
  }
}

/** The nearest there is of `proxy.hosts`. */
function findHosts({ field }: Entry): Field {
  return ["proxy", "hosts"].reduce((at, key) => {
    const entries = at.node.kind === "map" ? at.node.entries : [];
    const entry = entries.find((candidate) => candidate.key === key);
    return entry === undefined ? at : fieldOfEntry(entry, at.place.path, at.problems);
  }, field);
}
