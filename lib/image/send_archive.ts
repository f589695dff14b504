/**
 * Sends an archive to a command on a server, which reads it from standard input.
 *
 * The rule: nothing is written on either side on the way, and what is sent is told in bytes before
 * compression, at most a hundred times.
 *
 * @module
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Output, Runner } from "../ssh/runner.ts";

/** An archive and the command that reads it. */
export interface ArchiveDelivery {
  readonly runner: Runner;
  readonly argv: readonly string[];
  readonly archive: AsyncIterable<Uint8Array>;
  /** What `archive` gives as a whole. */
  readonly totalBytes: number;
  /** Compress what is sent: `docker load` and `docker build` both read it so. True unless given. */
  readonly compress?: boolean;
  readonly onProgress?: (sentBytes: number) => void;
  /** Called once, at the end, with what went over the wire. */
  readonly onSent?: (wireBytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Higher levels take longer for nothing: 3 halves an executable, 6 gains 1 % more. */
const GZIP_LEVEL = 3;

/** Nobody watches less than this go by. */
const LEAST_STEP_BYTES = 64 * 1024;

/** Runs the command with the archive as its input. @returns How the command ended. */
export async function sendArchive(delivery: ArchiveDelivery): Promise<Output> {
  const { runner, argv, totalBytes, signal } = delivery;
  const counted = countBytes(delivery.archive, totalBytes, (bytes) => delivery.onProgress?.(bytes));
  let wireBytes = 0;
  const packed = delivery.compress === false ? counted : compress(counted);
  const stdin = tapBytes(packed, (bytes) => wireBytes += bytes);
  const output = await runner.run({ argv, stdin, ...(signal === undefined ? {} : { signal }) });
  if (output.status === 0) delivery.onSent?.(wireBytes);
  return output;
}

async function* tapBytes(
  chunks: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    tell(chunk.length);
    yield chunk;
  }
}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  totalBytes: number,
  tell: (sentBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const stepBytes = Math.max(LEAST_STEP_BYTES, totalBytes / 100);
  let sentBytes = 0;
  let told = 0;
  for await (const chunk of chunks) {
    yield chunk;
    sentBytes += chunk.length;
    if (sentBytes - told < stepBytes && sentBytes < totalBytes) continue;
    told = sentBytes;
    tell(sentBytes);
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
