/**
 * Brings an image from this machine's Docker to a server's: as an archive, without the layers that the
 * server has.
 *
 * The rule: an image counts as brought only after the server was asked what it has now; where that is not
 * what was sent, the whole archive is sent.
 *
 * @module
 */
import { DockerError, explainDockerFailure } from "../docker/docker_error.ts";
import type { Docker, Image } from "../docker/types.ts";
import { loadArgv } from "../docker/transfer_argv.ts";
import { listLayerChains, saveImage } from "../docker/transfer_operations.ts";
import { LumaError } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import {
  type ArchiveEntry,
  type ArchiveIndex,
  type ArchivePlan,
  countKnownLayers,
  parseManifest,
  planArchive,
} from "./plan_archive.ts";
import { ARCHIVE_END_BYTES, memberBytes, readArchive } from "./read_archive.ts";
import { sendArchive } from "./send_archive.ts";

/** What is told while an image is sent; bytes before compression, unless they are named otherwise. */
export type TransferProgress =
  | { readonly kind: "sending"; readonly sentBytes: number; readonly totalBytes: number }
  | {
    readonly kind: "sent";
    readonly sentBytes: number;
    /** What went over the wire, compressed. */
    readonly wireBytes: number;
    /** What the whole image would have been. */
    readonly wholeBytes: number;
  };

/** One of the two sides. */
export interface ImageSide {
  readonly runner: Runner;
  readonly docker: Pick<Docker, "server" | "inspectImage" | "tagImage">;
}

/** An image to bring, from where to where. */
export interface ImageTransfer {
  readonly from: ImageSide;
  readonly to: ImageSide;
  /** Names the image on both sides, and no other: it is made of the image's id. */
  readonly reference: string;
  /** The image as `from` has it. */
  readonly image: Image;
  /** Fails where the server has no room for the layers that it lacks; nothing was sent then. */
  readonly requireRoom: (missingBytes: number) => Promise<void>;
  readonly report: (progress: TransferProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that `to` has the image by its reference.
 *
 * @returns The image as `to` has it: engines with another store have another id for it.
 * @throws {DockerError} When one of the engines fails.
 * @throws What `requireRoom` throws.
 */
export async function transferImage(transfer: ImageTransfer): Promise<Image> {
  const present = await findPresent(transfer);
  if (present !== undefined) return present;
  const { from, to, image, reference, requireRoom, signal } = transfer;
  const [index, chains] = await Promise.all([
    scanArchive(from.runner, reference, signal),
    listLayerChains(to.runner, signal),
  ]);
  const known = countKnownLayers(image.layers, chains);
  const plan = planArchive(index, isComplete(index, image) ? known : 0, ARCHIVE_END_BYTES);
  const whole = planArchive(index, 0, ARCHIVE_END_BYTES);
  // Also of a whole archive an engine keeps only what it lacks. What it sets aside meanwhile differs from
  // store to store: where that does not fit, its own words tell.
  await requireRoom(plan.sentBytes);
  if (plan.omitted.size > 0) {
    const brought = await tryPart(plan, transfer);
    if (brought !== undefined) return brought;
  }
  await send(whole, transfer);
  const brought = await findNamed(transfer);
  if (brought !== undefined) return brought;
  throw new LumaError(
    `Cannot use the image "${reference}" on ${to.docker.server}: it was sent, and is not there`,
    { hint: "Run the same command again; docker image ls on the server shows what it has" },
  );
}

/** A layer that is a file of its own can be left out. */
function isComplete({ layers }: ArchiveIndex, image: Image): boolean {
  return layers.length === image.layers.length;
}

/** The image, where the server has it already, by whatever name. */
async function findPresent(transfer: ImageTransfer): Promise<Image | undefined> {
  const { to, image, reference, signal } = transfer;
  const named = await findNamed(transfer);
  if (named !== undefined) return named;
  if (await to.docker.inspectImage(image.id, signal) === undefined) return undefined;
  await to.docker.tagImage(image.id, reference, signal);
  return await findNamed(transfer);
}

/** The server's image of that reference, where it is this one. */
async function findNamed(
  { to, image, reference, signal }: ImageTransfer,
): Promise<Image | undefined> {
  const there = await to.docker.inspectImage(reference, signal);
  if (there === undefined) return undefined;
  const isSame = there.id === image.id ||
    (there.layers.length === image.layers.length &&
      there.layers.every((layer, at) => layer === image.layers[at]));
  return isSame ? there : undefined;
}

/** @returns Nothing where the server does not take an archive without the layers that it has. */
async function tryPart(plan: ArchivePlan, transfer: ImageTransfer): Promise<Image | undefined> {
  try {
    await send(plan, transfer);
    return await findNamed(transfer);
  } catch (error) {
    transfer.signal.throwIfAborted();
    // What has no room has none as a whole either.
    if (error instanceof DockerError && error.kind === "disk-full") throw error;
    // The containerd store wants every layer's file; what else may be wrong shows with the whole archive.
    if (error instanceof LumaError) return undefined;
    throw error;
  }
}

/** Reads an image's archive to its end, for what is in it. */
async function scanArchive(
  runner: Runner,
  reference: string,
  signal: AbortSignal,
): Promise<ArchiveIndex> {
  const entries: ArchiveEntry[] = [];
  let manifest = "";
  await saveImage(runner, reference, {
    signal,
    async consume(archive) {
      const members = readArchive(archive, {
        use(member) {
          const { path, link } = member;
          const bytes = memberBytes(member);
          entries.push({ path, bytes, ...(link === undefined ? {} : { link }) });
          return path === "manifest.json" ? "read" : "skip";
        },
        onText: (_member, text) => manifest = text,
      });
      while ((await members.next()).done !== true);
    },
  });
  if (manifest !== "") return { entries, ...parseManifest(manifest) };
  throw new LumaError(`Cannot send the image "${reference}": docker wrote it without a manifest`);
}

async function send(plan: ArchivePlan, transfer: ImageTransfer): Promise<void> {
  const { from, to, reference, report, signal } = transfer;
  const { omitted, sentBytes, wholeBytes } = plan;
  await saveImage(from.runner, reference, {
    signal,
    async consume(archive) {
      const output = await sendArchive({
        runner: to.runner,
        argv: loadArgv(),
        archive: readArchive(archive, {
          use: ({ path }) => omitted.has(path) ? "skip" : "write",
        }),
        totalBytes: sentBytes,
        onProgress: (bytes) => report({ kind: "sending", sentBytes: bytes, totalBytes: sentBytes }),
        onSent: (wireBytes) => report({ kind: "sent", sentBytes, wireBytes, wholeBytes }),
        signal,
      });
      if (output.status === 0) return;
      const words = output.stderr.trim() || `docker ended with status ${output.status}`;
      const action = `load the image "${reference}"`;
      throw explainDockerFailure({ server: to.docker.server, action, words });
    },
  });
}
