/**
 * Cuts a stream of bytes into lines, and keeps its newest part.
 *
 * The rule: memory is bounded; what is dropped is the oldest.
 *
 * @module
 */

/** Takes the bytes of a stream one chunk after the other. */
export interface Capture {
  add(chunk: Uint8Array): void;
  /** To be called once, at the end: gives out a last line that has no line end. */
  end(): void;
  /** What was kept, as text. */
  text(): string;
}

/** A line longer than this is given out in parts, so that it cannot fill the memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Makes a {@linkcode Capture} that keeps the newest `limitBytes` bytes.
 *
 * @param onLine Called with every line, without its line end.
 */
export function createCapture(limitBytes: number, onLine?: (line: string) => void): Capture {
  const kept = createTail(limitBytes);
  const decoder = new TextDecoder();
  let open = "";
  const cut = (text: string): void => {
    const lines = (open + text).split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) onLine?.(line);
    if (open.length < LONGEST_LINE) return;
    onLine?.(open);
    open = "";
  };
  return {
    add(chunk) {
      kept.add(chunk);
      if (onLine !== undefined) cut(decoder.decode(chunk, { stream: true }));
    },
    end() {
      if (onLine === undefined) return;
      cut(decoder.decode());
      if (open !== "") onLine(open);
      open = "";
    },
    text: () => kept.text(),
  };
}

function createTail(limitBytes: number): { add(chunk: Uint8Array): void; text(): string } {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const join = (): Uint8Array => {
    const all = new Uint8Array(sizeBytes);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.byteLength;
    }
    return sizeBytes > limitBytes ? all.slice(sizeBytes - limitBytes) : all;
  };
  return {
    add(chunk) {
      chunks.push(chunk);
      sizeBytes += chunk.byteLength;
      // Joined only at twice the limit, so that many small chunks do not cost a copy each.
      if (sizeBytes <= 2 * limitBytes) return;
      chunks = [join()];
      sizeBytes = limitBytes;
    },
    text: () => new TextDecoder().decode(join()),
  };
}
