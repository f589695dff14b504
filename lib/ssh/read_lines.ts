/**
 * Cuts a stream of bytes into lines, and keeps its newest part.
 *
 * The rule: memory is bounded; what is dropped is the oldest, and lines that wait for their taker are
 * those of one chunk.
 *
 * @module
 */

/** Takes the bytes of a stream one chunk after the other. */
export interface Capture {
  /** @returns What to wait for before the next chunk, where a line's taker asked for that. */
  add(chunk: Uint8Array): Promise<void> | undefined;
  /** To be called once, at the end: gives out a last line that has no line end. */
  end(): Promise<void> | undefined;
  /** What was kept, as text. */
  text(): string;
}

/** A line longer than this is given out in parts, so that it cannot fill the memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Makes a {@linkcode Capture} that keeps the newest `limitBytes` bytes.
 *
 * @param onLine Called with every line, without its line end; a promise that it returns is waited for.
 */
export function createCapture(
  limitBytes: number,
  onLine?: (line: string) => void,
): Capture {
  const kept = createTail(limitBytes);
  const decoder = new TextDecoder();
  let open = "";
  const cut = (text: string): Promise<void> | undefined => {
    const lines = (open + text).split("\n");
    open = lines.pop() ?? "";
    if (open.length >= LONGEST_LINE) {
      lines.push(open);
      open = "";
    }
    return giveOut(lines, onLine ?? (() => {}));
  };
  return {
    add(chunk) {
      kept.add(chunk);
      return onLine === undefined ? undefined : cut(decoder.decode(chunk, { stream: true }));
    },
    end() {
      if (onLine === undefined) return undefined;
      const rest = open + decoder.decode();
      open = "";
      return rest === "" ? undefined : giveOut(rest.split("\n"), onLine);
    },
    text: () => kept.text(),
  };
}

/** Gives out lines at once, as long as nobody asks to be waited for. */
function giveOut(
  lines: readonly string[],
  onLine: (line: string) => void,
): Promise<void> | undefined {
  for (const [index, line] of lines.entries()) {
    const taken: unknown = onLine(line);
    if (taken instanceof Promise) return giveOutRest(taken, lines.slice(index + 1), onLine);
  }
  return undefined;
}

async function giveOutRest(
  taken: Promise<unknown>,
  lines: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  await taken;
  for (const line of lines) await onLine(line);
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
