/**
 * Sends what an image is made of to a server, whose `docker build` reads it from standard input.
 *
 * The rule: nothing is written on either side on the way.
 *
 * @module
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { LumaError } from "../error.ts";
import type { Runner } from "../ssh/runner.ts";
import {
  EMPTY_BASE,
  formatBuildCommand,
  type ImageContent,
  type ImagePlan,
  planContext,
} from "./plan_image.ts";
import { tarSizeBytes, writeTar } from "./tar.ts";

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

/** Higher levels take longer for nothing: 3 halves an executable, 6 gains 1 % more. */
const GZIP_LEVEL = 3;

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
  const { runner, report, signal } = options;
  const entries = planContext(content);
  const totalBytes = tarSizeBytes(entries);
  const tar = countBytes(
    writeTar(entries),
    totalBytes,
    (sentBytes) => report?.({ kind: "sending", reference: plan.reference, sentBytes, totalBytes }),
  );
  const output = await runner.run({
    argv: formatBuildCommand(plan, content.base),
    stdin: options.compress === false ? tar : compress(tar),
    ...(signal === undefined ? {} : { signal }),
  });
  if (output.status === 0) return;
  const reason = lastLine(output.stderr) ?? lastLine(output.stdout) ?? `status ${output.status}`;
  throw new LumaError(
    `Cannot make the image "${plan.reference}" on ${runner.server}: ${reason}`,
    {
      hint: content.base === EMPTY_BASE
        ? `Check the disk on the server: docker system df`
        : `Check that the server can pull its base: docker pull ${content.base}`,
    },
  );
}

/** Every builder ends with what went wrong. */
function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1)?.trim() || undefined;
}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  totalBytes: number,
  report: (sentBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  let reported = 0;
  for await (const chunk of chunks) {
    yield chunk;
    sentBytes += chunk.length;
    if (sentBytes - reported < totalBytes / 100 && sentBytes < totalBytes) continue;
    reported = sentBytes;
    report(sentBytes);
  }
}

async function* compress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: GZIP_LEVEL });
  const flow = pipeline(Readable.from(chunks, { objectMode: false }), gzip);
  // A failure of either side ends the loop below with that error; the flow itself would tell it twice.
  flow.catch(() => {});
  try {
    for await (const chunk of gzip) yield chunk as Uint8Array;
  } finally {
    gzip.destroy();
  }
}
