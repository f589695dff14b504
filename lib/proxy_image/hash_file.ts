/**
 * The content hash of a file of this machine.
 *
 * The rule: a missing file is a value, not an error; any other trouble is thrown.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

const CHUNK_BYTES = 1 << 20;

/** SHA-256 of the file at `path`, in hex; none where there is no such file. */
export async function hashFile(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      hash.update(chunk);
    }
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}
