/**
 * Builds the image of an app or a service on this machine, and brings it to its server.
 *
 * The rule: building touches no server; sending sends only what the server lacks.
 *
 * @module
 */
import type { BuildConfig, ContainerConfig } from "../config/types.ts";
import { DockerError } from "../docker/docker_error.ts";
import type { DockerInfo, Image } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import { checkBuildFiles } from "../image/build_files.ts";
import {
  askBuilder,
  buildImage,
  type BuiltImage,
  openBuilder,
  requireArchitecture,
} from "../image/build_image.ts";
import { buildReference, buildRepository } from "../image/build_names.ts";
import { findLastBuild, forgetOldBuilds, type StoredBuild } from "../image/stored_builds.ts";
import { transferImage } from "../image/transfer_image.ts";
import { findDisk } from "../plan/find_shortages.ts";
import { refuseAll } from "../plan/obstacle.ts";
import type { Report } from "../report/events.ts";
import type { Runner } from "../ssh/runner.ts";
import { observeServerFacts } from "../state/server_facts.ts";
import type { ServerState } from "../state/types.ts";
import type { CommandContext } from "./context.ts";
import { monotonicNow, type Session } from "./session.ts";

/** An app or a service that is built. */
export type BuiltContainer = ContainerConfig & { readonly build: BuildConfig };

/** Whether luma.yml says how the image is built. */
export function isBuilt(container: ContainerConfig): container is BuiltContainer {
  return container.build !== undefined;
}

/** Checks that the files of a build are there, and that no secrets get into its image. */
export async function checkBuild(
  container: BuiltContainer,
  { config, signal }: Pick<CommandContext, "config" | "signal">,
): Promise<void> {
  await checkBuildFiles(container, config.file, () => askBuilder(container.name, signal));
}

/** The server that an image is built for. */
export interface BuildTarget {
  readonly server: string;
  readonly engine: Pick<DockerInfo, "os" | "architecture">;
}

/** Builds on this machine. @throws {DeploymentError} When that fails; no server was changed. */
export async function build(
  container: BuiltContainer,
  target: BuildTarget,
  { config, report, signal }: CommandContext,
): Promise<BuiltImage> {
  const base = { server: target.server, app: container.name };
  const startedAtMs = monotonicNow();
  report({ kind: "building", ...base });
  const built = await buildImage({
    ...target,
    project: config.name,
    configFile: config.file,
    container,
    onLine: (line) => report({ kind: "building", ...base, line }),
    signal,
  });
  const { reference: image, image: { id: imageId } } = built;
  report({ kind: "built", ...base, image, imageId, tookMs: monotonicNow() - startedAtMs });
  return built;
}

/** A server's connection and name. */
interface Destination {
  readonly session: Session;
  readonly state: Pick<ServerState, "server" | "docker">;
}

/** Brings what was built to the server, by its own name and by that of luma.yml. */
export async function sendBuild(
  container: BuiltContainer,
  { session, state, built }: Destination & { readonly built: BuiltImage },
  { config, report, signal }: CommandContext,
): Promise<Image> {
  const { reference, image } = built;
  const base = { server: state.server, app: container.name, image: reference };
  const there = await transferImage({
    from: openBuilder(),
    to: session,
    reference,
    image,
    requireRoom: (bytes) => {
      return requireRoom(bytes, { runner: session.runner, state, app: container.name }, signal);
    },
    report: (progress) => report({ ...base, ...progress }),
    signal,
  });
  if (container.image !== undefined && !there.tags.includes(container.image)) {
    await session.docker.tagImage(reference, container.image, signal);
  }
  const repository = buildRepository(config.name, container.name);
  await forgetOldBuilds(session.docker, { repository, current: reference }, signal);
  return there;
}

/**
 * Fails where the disk of a server has no room for what it lacks of an image.
 *
 * The server is asked anew: building, and what was sent before, took their time and their space.
 */
export async function requireRoom(
  missingBytes: number,
  { runner, state, app }: Pick<Destination, "state"> & {
    readonly runner: Runner;
    readonly app: string;
  },
  signal: AbortSignal,
): Promise<void> {
  const { rootDir } = state.docker;
  const facts = await observeServerFacts(runner, { mode: "read", rootDir, signal });
  refuseAll(findDisk({ ...state, facts }, missingBytes), { apps: [app], server: state.server });
}

/**
 * The image that was built last: on this machine, else on the server.
 *
 * @returns None where only the name in luma.yml is left to look for.
 * @throws {LumaError} When there is none, and no name either.
 */
export async function bringLastBuild(
  container: BuiltContainer,
  input: Destination & { readonly pull: boolean },
  context: CommandContext,
): Promise<Image | undefined> {
  const { config, report, signal } = context;
  const { name } = container;
  const { session, state, pull } = input;
  const here = await findHere(container, context);
  if (!pull && here !== undefined) {
    reportNotBuilt(name, state.server, report);
    return await session.docker.inspectImage(here.reference, signal) ?? here.image;
  }
  if (here !== undefined) {
    const { server, docker: engine } = state;
    requireArchitecture(here.image, { container, server, engine });
    // Somebody else may have given it its name: without one of luma's own it cannot be sent by it.
    await openBuilder().docker.tagImage(here.image.id, here.reference, signal);
    return await sendBuild(container, { ...input, built: here }, context);
  }
  if (container.image !== undefined) return undefined;
  const repository = buildRepository(config.name, name);
  const there = await findLastBuild(session.docker, repository, signal);
  if (there !== undefined && !pull) reportNotBuilt(name, state.server, report);
  if (there !== undefined) return there.image;
  throw new LumaError(
    `Cannot ${pull ? "deploy" : "plan"} "${name}": it was never built, neither here nor on ` +
      state.server,
    { hint: `Build and deploy it: luma deploy ${name}` },
  );
}

function reportNotBuilt(app: string, server: string, report: Report): void {
  const message = `"${app}" was not built: what is built from its files may be another image`;
  report({ kind: "warning", server, app, message });
}

/** The last build on this machine; none where it has no Docker that runs. */
async function findHere(
  container: BuiltContainer,
  { config, signal }: CommandContext,
): Promise<StoredBuild | undefined> {
  const { docker } = openBuilder();
  const repository = buildRepository(config.name, container.name);
  try {
    if (container.image === undefined) return await findLastBuild(docker, repository, signal);
    const image = await docker.inspectImage(container.image, signal);
    if (image === undefined) return undefined;
    return { reference: buildReference(repository, image.id), image };
  } catch (error) {
    const isAbsent = error instanceof DockerError &&
      ["docker-missing", "daemon-down", "permission"].includes(error.kind);
    if (isAbsent) return undefined;
    throw error;
  }
}
