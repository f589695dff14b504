/**
 * A project for scripts: one object with the commands of luma as methods.
 *
 * The rule: a method is the command of that name, with values instead of words and lines.
 *
 * @module
 */
import process from "node:process";
import { type CommandContext, NOBODY } from "../commands/context.ts";
import { deploy } from "../commands/deploy.ts";
import type { DeployHook, DeployHooks } from "../commands/deploy_app.ts";
import { openLookout } from "../commands/observe_apps.ts";
import { setup } from "../commands/setup.ts";
import { inFileOrder } from "../commands/status.ts";
import { loadConfig } from "../config/load_config.ts";
import type { Config } from "../config/types.ts";
import { UsageError } from "../error.ts";
import type { Receipt } from "../receipt/receipt.ts";
import type { Report } from "../report/events.ts";
import { createPlainReporter } from "../report/plain_reporter.ts";
import type { AppStatus } from "../status/app_status.ts";
import type { ServiceStatus } from "../status/service_status.ts";
import { makeNewColor, type NewColor } from "./new_color.ts";
import { openServer, type Server } from "./server.ts";

/** A script's own check of a new color; a throw, or a rejection, fails the deployment. */
export type NewColorCheck = (color: NewColor) => void | Promise<void>;

/** What a script deploys, and its own checks. */
export interface ProjectDeployOptions {
  /** Names of apps and services; all apps of luma.yml unless given. */
  readonly apps?: readonly string[];
  /** Bring all services to what luma.yml says, too. */
  readonly services?: boolean;
  /** Deploy also where nothing changed. */
  readonly force?: boolean;
  /** Build nothing: apps that are built are deployed with the image that was built last. */
  readonly skipBuild?: boolean;
  /** The tag to deploy, instead of those of the apps' images in luma.yml. */
  readonly version?: string;
  /** How long the new color is watched, in milliseconds, instead of `deploy.watch` of luma.yml. */
  readonly watchMs?: number;
  /**
   * Called when the new color is healthy, before it gets requests; a throw removes it again.
   *
   * With `deploy.strategy: in-place` its replicas are created by then, but not started: the old color
   * still runs.
   */
  readonly beforeSwitch?: NewColorCheck;
  /** Called when the watch has passed, while the old color is still whole; a throw switches back. */
  readonly beforeConfirm?: NewColorCheck;
}

/**
 * A project: what luma.yml says, and the commands that work on it.
 *
 * @example
 * ```ts
 * import { openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * for (const { app, durations } of await project.deploy()) {
 *   console.log(`${app} in ${Math.round(durations.total / 1000)} s`);
 * }
 * for (const { app, status } of await project.status()) console.log(app, status);
 * ```
 */
export interface Project {
  /** What luma.yml says. */
  readonly config: Config;
  /** Prints a line to standard output, above the live line of a terminal. */
  print(line: string): void;
  /**
   * Deploys apps one after the other in the order of luma.yml; the first failure stops the rest.
   *
   * @returns The receipts of those that changed; none for an app that is up to date.
   * @throws {LumaError} When it failed; `exitCode` says in which state, as for `luma deploy`.
   */
  deploy(options?: ProjectDeployOptions): Promise<readonly Receipt[]>;
  /**
   * Looks at apps as they are now, all unless named. It changes nothing.
   *
   * @returns One for each app on each server. Where a server cannot be reached, `status` is
   * `unreachable` and `notes` say why and what to do: the others are told all the same.
   */
  status(...apps: readonly string[]): Promise<readonly AppStatus[]>;
  /** Looks at services as they are now, all unless named: as {@linkcode Project.status} does at apps. */
  serviceStatus(...services: readonly string[]): Promise<readonly ServiceStatus[]>;
  /** Makes servers ready and brings their proxy up to date, all unless named. */
  setup(...servers: readonly string[]): Promise<void>;
  /**
   * Opens a server of the project.
   *
   * @param name Its name in luma.yml; the first one unless given.
   * @throws {UsageError} When the project has no such server.
   */
  server(name?: string): Server;
}

/** Where a project is, and where its events go. */
export interface ProjectOptions {
  /** The project's file, relative to `cwd`; luma.yml, or luma.yaml, unless given. */
  readonly file?: string;
  /** This process's current folder unless given. */
  readonly cwd?: string;
  /** Where secrets are looked for beside `.luma/secrets`; this process's environment unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes the events; lines on standard output and standard error unless given. */
  readonly report?: Report;
  /** Interrupts what runs: undone before the confirm, left to the next run after it. */
  readonly signal?: AbortSignal;
  /** A secret without a value is a warning: for scripts that only look. */
  readonly allowMissingSecrets?: boolean;
}

/**
 * Opens the project of the current folder. Nothing is contacted yet.
 *
 * @throws {UsageError} When there is no luma.yml.
 * @throws {ConfigError} With every problem of luma.yml and `.luma/secrets`.
 *
 * @example
 * ```ts
 * import { openProject } from "@luma/cli";
 *
 * const project = await openProject({ file: "site/luma.yml" });
 * await project.deploy({ apps: ["blog"] });
 * ```
 */
export async function openProject(options: ProjectOptions = {}): Promise<Project> {
  const { cwd = process.cwd(), env = process.env, report = printEvents() } = options;
  const config = await loadConfig({
    cwd,
    env,
    allowMissingSecrets: options.allowMissingSecrets ?? false,
    ...(options.file === undefined ? {} : { file: options.file }),
  });
  const signal = options.signal ?? new AbortController().signal;
  return makeProject({ config, report, signal, print: printLine });
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printEvents(): Report {
  return createPlainReporter({
    out: printLine,
    err: (line) => void process.stderr.write(`${line}\n`),
    quiet: false,
    verbose: false,
    color: false,
  });
}

/** The methods of a project over a command's context. */
export function makeProject(
  context: Omit<CommandContext, "json" | "person">,
): Project {
  const { config, signal, print } = context;
  const whole: CommandContext = { ...context, json: true, person: NOBODY };
  return {
    config,
    print,
    deploy: (options = {}) => deployProject(options, whole),
    status: async (...apps) =>
      (await readStatus(apps, whole)).filter((found) => found.kind === "status"),
    serviceStatus: async (...services) =>
      (await readStatus(services, whole)).filter((found) => found.kind === "service status"),
    setup: (...servers) => setup({ servers, dryRun: false }, whole),
    server(name) {
      const server = config.servers.find((known) => name === undefined || known.name === name);
      if (server !== undefined) return openServer(server, { project: config.name, signal });
      const known = config.servers.map((each) => each.name).join(", ");
      throw new UsageError(`Unknown server "${name}" in ${config.file}`, `Its servers: ${known}`);
    },
  };
}

async function readStatus(
  names: readonly string[],
  context: CommandContext,
): Promise<readonly (AppStatus | ServiceStatus)[]> {
  const lookout = openLookout(names, context);
  try {
    const looks = await lookout.look(context.signal);
    return inFileOrder(context.config, looks).map((shown) => shown.status);
  } finally {
    await lookout.close();
  }
}

async function deployProject(
  options: ProjectDeployOptions,
  context: CommandContext,
): Promise<readonly Receipt[]> {
  const { apps = [], services = false, force = false, skipBuild = false, version, watchMs } =
    options;
  const { beforeSwitch, beforeConfirm } = options;
  const receipts: Receipt[] = [];
  const hooks: DeployHooks = {
    ...(beforeSwitch === undefined ? {} : { beforeCommit: hookOf(beforeSwitch) }),
    ...(beforeConfirm === undefined ? {} : { beforeConfirm: hookOf(beforeConfirm) }),
  };
  await deploy({ apps, services, force, skipBuild, hooks, ...(version && { version }) }, {
    ...context,
    config: watchMs === undefined ? context.config : watchedFor(context.config, watchMs),
    report: (event) => {
      if (event.kind === "deployed") receipts.push(event.receipt);
      context.report(event);
    },
  });
  return receipts;
}

function hookOf(check: NewColorCheck): DeployHook {
  return async (parts) => {
    // Without a new color nothing is checked: the plan only repairs.
    if (parts.plan.to !== undefined) await check(makeNewColor({ ...parts, to: parts.plan.to }));
  };
}

function watchedFor(config: Config, watchMs: number): Config {
  if (!Number.isSafeInteger(watchMs) || watchMs < 0) {
    throw new UsageError(
      `Cannot watch for ${watchMs} ms: it takes a whole number of milliseconds`,
    );
  }
  return {
    ...config,
    apps: config.apps.map((app) => ({ ...app, deploy: { ...app.deploy, watchMs } })),
  };
}
