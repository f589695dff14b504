/**
 * Sends what the image of luma-proxy is made of to a server, whose `docker build` reads it from
 * standard input: so this machine needs no Docker.
 *
 * The rule: nothing is written on either side on the way.
 *
 * @module
 */
import { LumaError } from "../error.ts";
import { sendArchive } from "../image/send_archive.ts";
import { tarSizeBytes, writeTar } from "../image/tar.ts";
import type { Runner } from "../ssh/runner.ts";
import {
  EMPTY_BASE,
  formatBuildCommand,
  type ImageContent,
  type ImagePlan,
  planContext,
} from "./plan_image.ts";

/** What is told while an image is sent, at most a hundred times; bytes before compression. */
export interface SendProgress {
  readonly kind: "sending";
  readonly reference: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** How an image is sent. */
export interface SendOptions {
  readonly runner: Runner;
  /** Compress what is sent; true unless given. */
  readonly compress?: boolean;
  readonly report?: (progress: SendProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes the image `plan` on the server.
 *
 * @throws {LumaError} With the builder's last line, when it fails.
 */
export async function sendImage(
  plan: ImagePlan,
  content: ImageContent,
  options: SendOptions,
): Promise<void> {
  const { runner, report, compress, signal } = options;
  const { reference } = plan;
  const entries = planContext(content);
  const totalBytes = tarSizeBytes(entries);
  const output = await sendArchive({
    runner,
    argv: formatBuildCommand(plan, content.base),
    archive: writeTar(entries),
    totalBytes,
    onProgress: (sentBytes) => report?.({ kind: "sending", reference, sentBytes, totalBytes }),
    ...(compress === undefined ? {} : { compress }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (output.status === 0) return;
  const reason = lastLine(output.stderr) ?? lastLine(output.stdout) ?? `status ${output.status}`;
  throw new LumaError(`Cannot make the image "${reference}" on ${runner.server}: ${reason}`, {
    hint: content.base === EMPTY_BASE
      ? `Check the disk on the server: docker system df`
      : `Check that the server can pull its base: docker pull ${content.base}`,
  });
}

/** Every builder ends with what went wrong. */
function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1)?.trim() || undefined;
}
