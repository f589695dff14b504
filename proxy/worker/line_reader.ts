/**
 * Cuts a stream of octets into lines.
 *
 * The rule: a line is given once it is whole; what stands behind the last line end is dropped.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** The lines of `input`, UTF-8, without their line ends; it ends with the input or the signal. */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  for await (const chunk of untilAborted(input, signal)) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      parts.push(rest.subarray(0, end));
      yield Buffer.concat(parts).toString("utf8");
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  }
}

async function* untilAborted(
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = input[Symbol.asyncIterator]();
  let stopWaiting = (): void => {};
  const onAbort = (): void => stopWaiting();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      // A race against one promise for the whole input would keep every chunk for as long as that lives.
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        stopWaiting = () => resolve({ done: true, value: undefined });
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
