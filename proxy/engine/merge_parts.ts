/**
 * Puts small buffers together before they are written, for each write is a system call and, without
 * Nagle's algorithm, a packet.
 *
 * The rule: the octets and their order stay; a buffer that is large enough is not copied.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** Up to this size buffers are put together: copying them costs less than another system call. */
export const MERGE_BYTES = 64 * 1024;

/** The same octets as `parts`, neighbours put together up to {@linkcode MERGE_BYTES}. */
export function mergeParts(parts: readonly Buffer[]): Buffer[] {
  const merged: Buffer[] = [];
  let start = 0;
  let groupBytes = 0;
  for (let index = 0; index <= parts.length; index++) {
    const part = parts[index];
    if (part !== undefined && groupBytes + part.length <= MERGE_BYTES) {
      groupBytes += part.length;
      continue;
    }
    // A part that is too large for every group stands alone: the next one finds the group full.
    if (index - start === 1) merged.push(parts[start]!);
    else if (index > start) merged.push(Buffer.concat(parts.slice(start, index), groupBytes));
    start = index;
    groupBytes = part?.length ?? 0;
  }
  return merged;
}
