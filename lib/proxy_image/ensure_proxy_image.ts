/**
 * Brings the image of luma-proxy to a server: found there, pulled, or made on the spot and sent.
 *
 * The rule: an image that was sent is believed only after its label was read back.
 *
 * @module
 */
import type { Docker, Image } from "../docker/types.ts";
import { LumaError, messageOf } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import { createCompilerRunner } from "../build/build_executable.ts";
import { findPayload, type Payload } from "./find_payload.ts";
import { type Host, observeHost } from "./host.ts";
import {
  formatPublishedReference,
  type ImagePlan,
  LABELS,
  planImage,
  PROXY_COMMAND,
} from "./plan_image.ts";
import { sendImage, type SendProgress } from "./send_image.ts";

/** What is told while the image is brought. */
export type ImageProgress =
  | { readonly kind: "pulling"; readonly reference: string; readonly line?: string }
  /** There is no published image to pull; it is made here instead. */
  | { readonly kind: "not pulled"; readonly reference: string; readonly reason: string }
  /** The program is compiled, or its files are read. */
  | { readonly kind: "preparing"; readonly reference: string }
  | SendProgress;

/** What {@linkcode ensureProxyImage} needs. */
export interface EnsureOptions {
  readonly docker: Pick<Docker, "server" | "info" | "inspectImage" | "pullImage">;
  readonly runner: Runner;
  /** The version of luma, and so of the proxy. */
  readonly version: string;
  /** `proxy.image` of luma.yml. */
  readonly configured?: string;
  /** Try to pull a released version's image before one is made; not done in a checkout. */
  readonly published?: boolean;
  /** Compress what is sent; wasted time where the server is this machine. */
  readonly compress?: boolean;
  readonly report?: (progress: ImageProgress) => void;
  readonly signal?: AbortSignal;
  /** What this process is; observed where it is not given. */
  readonly host?: Host;
}

/** An image that the server has now. */
export interface ProxyImage {
  readonly reference: string;
  readonly imageId: string;
  /** The words that call luma-proxy in a container of it. */
  readonly command: readonly string[];
}

/** Milliseconds that a registry has for its first word, and for the whole image. */
const PULL_LIMITS_MS = { firstLine: 10_000, whole: 300_000 };

/**
 * Sees to it that the server has the image of luma-proxy.
 *
 * @throws {LumaError} When it can neither be pulled nor made.
 */
export async function ensureProxyImage(options: EnsureOptions): Promise<ProxyImage> {
  if (options.configured !== undefined) {
    return await ensureConfigured(options.configured, options);
  }
  const host = options.host ?? await observeHost();
  const published = options.published && host.kind !== "checkout"
    ? formatPublishedReference(options.version)
    : undefined;
  const made = await planMade(host, options);
  const present = await findPresent(published, made, options);
  if (present !== undefined) return present;
  const pulled = published === undefined ? undefined : await pullPublished(published, options);
  if (pulled !== undefined) return pulled;
  if (made instanceof LumaError) throw made;
  return await make(made, options);
}

/**
 * Names the image that {@linkcode ensureProxyImage} would bring, where it has to be made here.
 *
 * @throws {LumaError} When it cannot be made here.
 */
export async function nameProxyImage(options: EnsureOptions): Promise<string> {
  if (options.configured !== undefined) return options.configured;
  const made = await planMade(options.host ?? await observeHost(), options);
  if (made instanceof LumaError) throw made;
  return made.plan.reference;
}

/** An image that this machine can make. */
interface Made {
  readonly plan: ImagePlan;
  readonly payload: Payload;
}

/** What this machine can make for the server, or why it cannot. */
async function planMade(host: Host, options: EnsureOptions): Promise<Made | LumaError> {
  const { os, architecture: arch } = await options.docker.info(options.signal);
  try {
    const payload = await findPayload({ os, arch }, host, {
      compiler: createCompilerRunner(),
      fetchText,
    });
    return { payload, plan: planImage(options.version, payload.digest) };
  } catch (error) {
    if (error instanceof LumaError) return error;
    throw error;
  }
}

async function findPresent(
  published: string | undefined,
  made: Made | LumaError,
  { docker, version, signal }: EnsureOptions,
): Promise<ProxyImage | undefined> {
  if (published !== undefined) {
    const image = await docker.inspectImage(published, signal);
    if (isVersion(image, version)) return found(published, image);
  }
  if (made instanceof LumaError) return undefined;
  const image = await docker.inspectImage(made.plan.reference, signal);
  return isMadeOf(image, made.plan) ? found(made.plan.reference, image) : undefined;
}

async function ensureConfigured(reference: string, options: EnsureOptions): Promise<ProxyImage> {
  const { docker, report, signal } = options;
  const present = await docker.inspectImage(reference, signal);
  if (present !== undefined) return found(reference, present);
  report?.({ kind: "pulling", reference });
  await docker.pullImage(reference, {
    onProgress: (line) => report?.({ kind: "pulling", reference, line }),
    ...(signal === undefined ? {} : { signal }),
  });
  const image = await docker.inspectImage(reference, signal);
  if (image !== undefined) return found(reference, image);
  throw new LumaError(
    `Cannot use proxy.image "${reference}" on ${docker.server}: it was pulled, and is not there`,
    { hint: `On the server: docker image inspect ${reference}` },
  );
}

/** The released image of this version; none where it cannot be pulled soon, which is reported. */
async function pullPublished(
  reference: string,
  options: EnsureOptions,
): Promise<ProxyImage | undefined> {
  const { docker, report, signal } = options;
  report?.({ kind: "pulling", reference });
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new LumaError("The registry did not answer in 10 s")),
    PULL_LIMITS_MS.firstLine,
  );
  const limits = [silence.signal, AbortSignal.timeout(PULL_LIMITS_MS.whole)];
  try {
    await docker.pullImage(reference, {
      onProgress: (line) => {
        clearTimeout(timer);
        report?.({ kind: "pulling", reference, line });
      },
      signal: AbortSignal.any(signal === undefined ? limits : [signal, ...limits]),
    });
  } catch (error) {
    signal?.throwIfAborted();
    report?.({ kind: "not pulled", reference, reason: messageOf(error) });
    return undefined;
  } finally {
    clearTimeout(timer);
  }
  const image = await docker.inspectImage(reference, signal);
  if (isVersion(image, options.version)) return found(reference, image);
  report?.({ kind: "not pulled", reference, reason: "it is not an image of this version" });
  return undefined;
}

async function make({ plan, payload }: Made, options: EnsureOptions): Promise<ProxyImage> {
  const { docker, report, signal } = options;
  report?.({ kind: "preparing", reference: plan.reference });
  const content = await payload.prepare(signal);
  await sendImage(plan, content, options);
  const image = await docker.inspectImage(plan.reference, signal);
  if (isMadeOf(image, plan)) return found(plan.reference, image);
  throw new LumaError(
    `Cannot use the image "${plan.reference}" on ${docker.server}: ` +
      (image === undefined ? "it was made, and is not there" : "its label is not what was sent"),
    { hint: `On the server: docker image rm ${plan.reference}, then run the same command again` },
  );
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new LumaError(`it was answered with status ${answer.status}`);
  return await answer.text();
}

function isVersion(image: Image | undefined, version: string): image is Image {
  return image !== undefined && image.labels[LABELS.version] === version;
}

function isMadeOf(image: Image | undefined, plan: ImagePlan): image is Image {
  return image !== undefined && image.labels[LABELS.digest] === plan.digest;
}

function found(reference: string, image: Image): ProxyImage {
  return { reference, imageId: image.id, command: PROXY_COMMAND };
}
