/**
 * `luma remove name… | --all`: takes apps and services away, or the whole project.
 *
 * The rule: what goes is said before it goes, and a person, or `--yes`, has to agree; it goes as a
 * deployment takes an old color away: no request that is being answered is cut before its time.
 *
 * @module
 */
import { suggestName } from "../config/suggest.ts";
import type { Config } from "../config/types.ts";
import { UsageError } from "../error.ts";
import { formatRemoval } from "../removal/format_removal.ts";
import { findParts, planRemove, type Removal, type RemovedPart } from "../removal/plan_remove.ts";
import { observeServer } from "../state/observe_server.ts";
import { observeTraces, type ProjectTraces } from "../state/project_traces.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { refuseSilentProxy, removeFromServer } from "./remove_from_server.ts";
import { openSession, type Session } from "./session.ts";

/** What is removed, and how. */
export interface RemoveOptions {
  /** Apps and services; none only with `all`. */
  readonly names: readonly string[];
  /** The whole project. */
  readonly all: boolean;
  /** Its volumes, too. */
  readonly volumes: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
  /** Says what would go, and removes nothing. */
  readonly dryRun: boolean;
}

/** A server as it was looked at. */
interface Site {
  readonly session: Session;
  readonly state: ServerState;
  readonly traces: ProjectTraces;
}

/** Removes what is named. */
export async function remove(options: RemoveOptions, context: CommandContext): Promise<void> {
  refuseUnclear(options);
  const { config, signal } = context;
  const sessions = config.servers.map((server) => openSession(server));
  try {
    const sites = await Promise.all(sessions.map((session) => lookAt(session, options, context)));
    const parts = selectRemoved(config, sites, options);
    const removals = sites.map((site) => ({
      site,
      removal: planRemove(site.state, site.traces, { ...options, project: config.name, parts }),
    }));
    const busy = removals.filter(({ removal }) => hasSteps(removal));
    tell(removals, options, context);
    if (busy.length === 0 || options.dryRun) return;
    for (const { site } of busy) refuseSilentProxy(site.state);
    await askWhether(options, context);
    for (const { site: { session, state }, removal } of busy) {
      await removeFromServer(
        { session, state, agreed: removal, parts, all: options.all },
        context,
      );
    }
    signal.throwIfAborted();
    tellKept(removals.map(({ removal }) => removal), options, context);
  } finally {
    await Promise.all(sessions.map(({ runner }) => runner.close()));
  }
}

function refuseUnclear({ names, all }: RemoveOptions): void {
  if (names.length > 0 && all) {
    throw new UsageError("Cannot remove both named apps and --all", "Leave one of them out");
  }
  if (names.length > 0 || all) return;
  throw new UsageError(
    "Cannot remove: no name was given",
    "Name apps or services, or remove the whole project: luma remove --all",
  );
}

async function lookAt(
  session: Session,
  { dryRun }: RemoveOptions,
  { config, report, signal }: CommandContext,
): Promise<Site> {
  const project = config.name;
  const mode = dryRun ? "read" : "write";
  const state = await observeServer(session, { project, mode, report, signal });
  const traces = await observeTraces(session, { project, home: state.facts.home }, signal);
  return { session, state, traces };
}

/** The named parts, also those that luma.yml says nothing of any more. */
function selectRemoved(
  config: Config,
  sites: readonly Site[],
  { names, all }: RemoveOptions,
): readonly RemovedPart[] {
  const configured: readonly RemovedPart[] = [
    ...config.apps.map((app): RemovedPart => ({ kind: "app", name: app.name, config: app })),
    ...config.services.map((service): RemovedPart => ({
      kind: "service",
      name: service.name,
      config: service,
    })),
  ];
  const found = sites.flatMap(({ state, traces }) => findParts(state, traces, config.name));
  const known = [...configured, ...found].filter((part, index, list) =>
    list.findIndex((other) => other.kind === part.kind && other.name === part.name) === index
  );
  if (all) return known;
  for (const name of names) {
    if (known.every((part) => part.name !== name)) throw unknownError(name, known, config.file);
  }
  return known.filter(({ name }) => names.includes(name));
}

function unknownError(
  name: string,
  known: readonly RemovedPart[],
  file: string,
): UsageError {
  const names = known.map((part) => part.name);
  const closest = suggestName(name, names);
  return new UsageError(
    `Cannot remove "${name}": neither ${file} nor a server of it has such an app or service`,
    closest === undefined
      ? `There are: ${names.join(", ") || "none"}`
      : `Did you mean "${closest}"?`,
  );
}

function hasSteps({ parts, rest }: Removal): boolean {
  return parts.length + rest.length > 0;
}

function tell(
  removals: readonly { readonly site: Site; readonly removal: Removal }[],
  { names, all }: RemoveOptions,
  { print, json, config }: CommandContext,
): void {
  for (const { site, removal } of removals) {
    if (json) {
      print(JSON.stringify({ kind: "removal", ...withoutConfigs(removal) }));
      continue;
    }
    const lines = formatRemoval(removal, site.state);
    const what = all ? config.name : names.join(", ");
    print(lines.length > 0 ? lines.join("\n") : `[${removal.server}] Nothing of ${what} is there`);
  }
}

/** A configuration holds secrets. */
function withoutConfigs({ parts, ...rest }: Removal) {
  return {
    ...rest,
    parts: parts.map(({ part: { kind, name }, ...what }) => ({ kind, name, ...what })),
  };
}

async function askWhether(
  { yes, names, all }: RemoveOptions,
  { person, signal }: CommandContext,
): Promise<void> {
  if (yes) return;
  const words = all ? "--all" : names.join(" ");
  if (!person.isThere) {
    throw new UsageError(
      "Cannot ask whether this shall be removed: nobody is there to answer",
      `If it shall: luma remove ${words} --yes`,
    );
  }
  const answer = await person.ask("Remove this? It cannot be undone. [y/N] ", signal);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new UsageError("Nothing was removed: the answer was not yes");
}

function tellKept(
  removals: readonly Removal[],
  { all }: RemoveOptions,
  { print, json }: CommandContext,
): void {
  if (json) return;
  for (const { server, kept } of removals) {
    for (const line of kept) print(`[${server}] Stays: ${line}`);
    if (!all) continue;
    print(
      `[${server}] Stays: luma-proxy, for other projects; to remove it too:\n` +
        "  docker rm -f luma-proxy luma-proxy-net && docker network rm 0-luma-ingress && " +
        "docker volume rm luma-proxy-state",
    );
  }
}
