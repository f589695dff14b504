/**
 * Builds the image of an app or a service with this machine's Docker, for the server it goes to.
 *
 * The rule: the server is not touched; and the image's name is made of what was built, so that the same
 * content is the same image.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { BuildConfig, ContainerConfig } from "../config/types.ts";
import { buildEnvironment, type Builder } from "../docker/build_argv.ts";
import { findBuilder, runBuild } from "../docker/build_operations.ts";
import { createDocker } from "../docker/create_docker.ts";
import { DockerError } from "../docker/docker_error.ts";
import type { Docker, DockerInfo, Image } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import { DeploymentError } from "../execute/types.ts";
import { createLocalRunner } from "../ssh/local_runner.ts";
import { checkBuildFiles } from "./build_files.ts";
import { buildReference, buildRepository, unfinishedReference } from "./build_names.ts";
import type { ImageSide } from "./transfer_image.ts";
import { forgetOldBuilds } from "./stored_builds.ts";

/** What is built, and for whom. */
export interface BuildRequest {
  readonly project: string;
  /** Absolute path of luma.yml. */
  readonly configFile: string;
  readonly container: ContainerConfig & { readonly build: BuildConfig };
  /** The server, for people, and its engine. */
  readonly server: string;
  readonly engine: Pick<DockerInfo, "os" | "architecture">;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** An image that was built. */
export interface BuiltImage {
  /** Names it on this machine: `luma-build/shop.web:3f9a1c04be77`. */
  readonly reference: string;
  readonly image: Image;
}

/** How this machine is called in messages. */
const HERE = "this machine";
/** Lines of the builder that an error shows. */
const SHOWN_LINES = 15;

/** This machine's Docker: the one that `docker` reaches here. @param env Variables of its commands. */
export function openBuilder(env: Readonly<Record<string, string>> = {}): ImageSide & {
  readonly docker: Docker;
} {
  const runner = createLocalRunner({ server: HERE, env });
  return { runner, docker: createDocker(runner) };
}

/** Asks what builds `name` on this machine. @throws {LumaError} When there is no Docker here that runs. */
export async function askBuilder(name: string, signal: AbortSignal): Promise<Builder> {
  await reachDocker(name, signal);
  return await findBuilder(openBuilder().runner, signal);
}

/**
 * Builds an image.
 *
 * @throws {UsageError} When its folder or Dockerfile is missing.
 * @throws {DeploymentError} When the build fails, with the builder's last lines.
 * @throws {LumaError} When the image would not run on the server, or there is no Docker here.
 */
export async function buildImage(request: BuildRequest): Promise<BuiltImage> {
  const { container, configFile, signal } = request;
  const { name, build, image: wanted } = container;
  const files = await checkBuildFiles(container, configFile, () => askBuilder(name, signal));
  const platform = build.platform ?? `${request.engine.os}/${request.engine.architecture}`;
  requirePlatform(platform, request);
  const here = await reachDocker(name, signal);
  const builder = await findBuilder(openBuilder().runner, signal);
  const repository = buildRepository(request.project, name);
  const unfinished = unfinishedReference(repository, randomBytes(6).toString("hex"));
  const isOwn = build.platform === undefined && platform === `${here.os}/${here.architecture}`;
  const spec = {
    ...files,
    tag: unfinished,
    args: build.args,
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(isOwn ? {} : { platform }),
  };
  const { runner, docker } = openBuilder(buildEnvironment(builder, build.args));
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.splice(0, Math.max(0, lines.length - SHOWN_LINES + 1));
    lines.push(line);
    request.onLine(line);
  };
  const end = await runBuild(runner, { builder, spec }, { onLine, signal });
  if (end.status !== 0) throw buildError(request, { lines, reason: end.reason, isOwn });
  const built = await nameBuild({ docker, repository, unfinished, wanted }, signal);
  requireArchitecture(built.image, request);
  return built;
}

async function reachDocker(name: string, signal: AbortSignal): Promise<DockerInfo> {
  try {
    return await openBuilder().docker.info(signal);
  } catch (error) {
    if (!(error instanceof LumaError)) throw error;
    const others = "or build it elsewhere, and name the image instead: image: acme/web:1";
    throw new LumaError(`Cannot build "${name}": ${error.message}`, {
      hint: `${adviseOnDocker(error)}; ${others}`,
      cause: error,
    });
  }
}

function adviseOnDocker(error: LumaError): string {
  switch (error instanceof DockerError ? error.kind : "other") {
    case "docker-missing":
      return "Install Docker on this machine: luma setup local";
    case "daemon-down":
      return "Start Docker on this machine: Docker Desktop, or as root: systemctl start docker";
    default:
      return error.hint ?? "Look at docker info";
  }
}

interface Naming {
  readonly docker: Docker;
  readonly repository: string;
  readonly unfinished: string;
  /** `image:` beside `build:`. */
  readonly wanted: string | undefined;
}

async function nameBuild(
  { docker, repository, unfinished, wanted }: Naming,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const made = await docker.inspectImage(unfinished, signal);
  if (made === undefined) {
    throw new LumaError("Cannot use what was built: this machine's Docker does not have it", {
      hint: "Its builder keeps images elsewhere: docker buildx use default",
    });
  }
  const reference = buildReference(repository, made.id);
  for (const tag of wanted === undefined ? [reference] : [reference, wanted]) {
    await docker.tagImage(made.id, tag, signal);
  }
  await docker.untagImage(unfinished, signal);
  await forgetOldBuilds(docker, { repository, current: reference }, signal);
  return { reference, image: (await docker.inspectImage(reference, signal)) ?? made };
}

function requirePlatform(platform: string, { container, server, engine }: BuildRequest): void {
  const [os, architecture] = platform.split("/");
  if (os === engine.os && architecture === engine.architecture) return;
  throw new LumaError(
    `Cannot deploy "${container.name}": build.platform is ${platform}, but ${server} is ` +
      `${engine.os}/${engine.architecture}`,
    { hint: "Remove platform: from build: in luma.yml; then it is the server's" },
  );
}

/** Fails where an image that was built here would not run on the server. */
export function requireArchitecture(
  image: Image,
  { container, server, engine }: {
    readonly container: Pick<ContainerConfig, "name">;
    readonly server: string;
    readonly engine: Pick<DockerInfo, "os" | "architecture">;
  },
): void {
  if (image.os === engine.os && image.architecture === engine.architecture) return;
  throw new LumaError(
    `Cannot deploy "${container.name}": what was built is for ${image.os}/${image.architecture}, ` +
      `but ${server} is ${engine.os}/${engine.architecture}`,
    {
      hint:
        `See whether FROM in the Dockerfile names a platform, or whether this machine has its ` +
        `base image for another one: docker pull --platform ${engine.os}/${engine.architecture} BASE`,
    },
  );
}

function buildError(
  { container: { name }, engine }: BuildRequest,
  { lines, reason, isOwn }: {
    readonly lines: readonly string[];
    readonly reason: string;
    readonly isOwn: boolean;
  },
): DeploymentError {
  const words = [...lines, reason].join("\n");
  const again = "run the same command again; nothing was changed on the server";
  const hint = !isOwn && /exec format error/.test(words)
    ? `This machine cannot run programs for ${engine.architecture}: ` +
      "docker run --privileged --rm tonistiigi/binfmt --install all"
    : /no space left on device/i.test(words)
    ? `Make room on this machine (docker system df; docker builder prune), and ${again}`
    : `Mend it, and ${again}`;
  return new DeploymentError(`Cannot build "${name}": ${reason}`, { evidence: lines, hint });
}
