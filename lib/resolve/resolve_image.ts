/**
 * Turns an image reference into the image that a deployment uses.
 *
 * The rule: an image that was never in a registry by the name that is asked for is not looked for in
 * one; every other reference is pulled, so that a moved tag is seen, unless it names a digest that the
 * server has.
 *
 * @module
 */
import { DockerError } from "../docker/docker_error.ts";
import { LoginError } from "../docker/login_error.ts";
import type { Docker, Image, RegistryLogin } from "../docker/types.ts";
import { LumaError, messageOf } from "../error.ts";

/** How an image is found. */
export interface ResolveImageOptions {
  /** False: nothing is pulled, as for `--dry-run` and `luma plan`. */
  readonly pull: boolean;
  readonly onProgress?: (line: string) => void;
  /** Whom the registry knows the server as. */
  readonly login?: RegistryLogin;
  readonly signal?: AbortSignal;
}

/** The image, and what a person should know about how it was found. */
export interface ResolvedImage {
  readonly image: Image;
  readonly warnings: readonly string[];
}

/**
 * Finds the image of `reference` on the server, pulling it where that is needed.
 *
 * @throws {LumaError} When there is none, or it cannot be pulled.
 */
export async function resolveImage(
  docker: Docker,
  reference: string,
  options: ResolveImageOptions,
): Promise<ResolvedImage> {
  const here = await docker.inspectImage(reference, options.signal);
  if (here !== undefined && !needsPull(here, reference)) return { image: here, warnings: [] };
  if (!options.pull) return resolveWithoutPull(docker.server, reference, here);
  const failure = await pull(docker, reference, options);
  if (saysAll(failure)) throw failure;
  const image = failure === undefined ? await docker.inspectImage(reference, options.signal) : here;
  if (image === undefined || (failure !== undefined && !isUnknownToRegistry(failure))) {
    throw new LumaError(
      `Cannot get image "${reference}" on ${docker.server}: ${messageOf(failure)}`,
      {
        hint: here === undefined
          ? `Let luma build it (build: in luma.yml), or push it to a registry that ${docker.server} reaches; ` +
            "a private one needs a login (registry: in luma.yml)"
          : `The server has an older one; to deploy that one, name its digest or another tag`,
        cause: failure,
      },
    );
  }
  const warnings = failure === undefined
    ? []
    : [`No registry has "${reference}"; the image that ${docker.server} has is used`];
  return { image, warnings };
}

/** Whether the reference may mean another image by now than the one on the server. */
export function needsPull(here: Image, reference: string): boolean {
  if (reference.startsWith("sha256:") || reference.includes("@sha256:")) return false;
  const repository = repositoryOf(reference);
  return here.digests.some((digest) => repositoryOf(digest) === repository);
}

/** What is pulled from: without tag and digest, in the short form that Docker shows. */
function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "")
    .replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "");
}

async function pull(
  docker: Docker,
  reference: string,
  { onProgress, login, signal }: ResolveImageOptions,
): Promise<unknown> {
  try {
    await docker.pullImage(reference, {
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(login === undefined ? {} : { login }),
      ...(signal === undefined ? {} : { signal }),
    });
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return error;
  }
}

/** Whether it says by itself what is wrong, and it is not an image that the registry does not have. */
function saysAll(failure: unknown): boolean {
  return failure instanceof LoginError ||
    (failure instanceof DockerError && failure.kind === "disk-full");
}

/** Words with which registries and engines say that there is no such repository. */
function isUnknownToRegistry(failure: unknown): boolean {
  return /not found|does not exist|repository .*denied|access denied|manifest unknown/i.test(
    messageOf(failure),
  );
}

function resolveWithoutPull(
  server: string,
  reference: string,
  here: Image | undefined,
): ResolvedImage {
  if (here === undefined) {
    throw new LumaError(`Cannot plan with image "${reference}": ${server} does not have it yet`, {
      hint: "A plan pulls nothing; luma deploy would pull it",
    });
  }
  return { image: here, warnings: [`"${reference}" was not pulled: a newer one may be deployed`] };
}
