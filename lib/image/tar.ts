/**
 * Writes tar archives, so that an image's files can be sent without a `tar` program on this machine.
 *
 * The rule: the same entries give the same bytes: owner root, time zero, in the order given.
 *
 * @module
 */
import { LumaError } from "../error.ts";

const BLOCK_BYTES = 512;
/** The largest size that the eleven octal digits of a header hold. */
const MAX_SIZE_BYTES = 8 ** 11 - 1;

/** One member of an archive; `path` is relative, with `/`, without a trailing one. */
export type TarEntry =
  | { readonly kind: "folder"; readonly path: string; readonly mode?: number }
  | { readonly kind: "link"; readonly path: string; readonly to: string }
  | {
    readonly kind: "file";
    readonly path: string;
    /** Permission bits; 0o644 unless given. */
    readonly mode?: number;
    readonly content: string | Uint8Array | FileContent;
  };

/** Content that is read while the archive is written. */
export interface FileContent {
  readonly sizeBytes: number;
  /** Reads it from its start; must give exactly `sizeBytes`. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * Writes `entries` as a ustar archive, piece by piece (POSIX.1-1988, `pax` "ustar Interchange Format").
 *
 * @throws {LumaError} When a path is too long for the format, or a file changed its size meanwhile.
 */
export async function* writeTar(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    const sizeBytes = contentSizeBytes(entry);
    yield formatHeader(entry, sizeBytes);
    if (entry.kind !== "file") continue;
    let written = 0;
    for await (const chunk of readContent(entry.content)) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== sizeBytes) {
      throw new LumaError(
        `Cannot archive "${entry.path}": it has ${written} bytes, ${sizeBytes} were expected`,
        { hint: "The file changed while it was read; run the same command again" },
      );
    }
    const padding = paddedSizeBytes(sizeBytes) - sizeBytes;
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

/** How many bytes {@linkcode writeTar} gives for `entries`. */
export function tarSizeBytes(entries: readonly TarEntry[]): number {
  return entries.reduce(
    (sum, entry) => sum + BLOCK_BYTES + paddedSizeBytes(contentSizeBytes(entry)),
    2 * BLOCK_BYTES,
  );
}

function contentSizeBytes(entry: TarEntry): number {
  if (entry.kind !== "file") return 0;
  const { content } = entry;
  if (typeof content === "string") return new TextEncoder().encode(content).length;
  return content instanceof Uint8Array ? content.length : content.sizeBytes;
}

async function* readContent(
  content: string | Uint8Array | FileContent,
): AsyncGenerator<Uint8Array> {
  if (typeof content === "string") yield new TextEncoder().encode(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content.read();
}

function paddedSizeBytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
}

function formatHeader(entry: TarEntry, sizeBytes: number): Uint8Array {
  if (sizeBytes > MAX_SIZE_BYTES) {
    throw new LumaError(`Cannot archive "${entry.path}": it is larger than 8 GiB`);
  }
  const header = new Uint8Array(BLOCK_BYTES);
  const put = (text: string, offset: number) => header.set(new TextEncoder().encode(text), offset);
  const { name, prefix } = splitPath(entry.kind === "folder" ? `${entry.path}/` : entry.path);
  put(name, 0);
  put(octal(modeOf(entry), 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(sizeBytes, 11), 124);
  put(octal(0, 11), 136);
  put(" ".repeat(8), 148);
  put({ file: "0", link: "2", folder: "5" }[entry.kind], 156);
  if (entry.kind === "link") put(checkedLength(entry.to, 100), 157);
  put("ustar\0" + "00", 257);
  put("root", 265);
  put("root", 297);
  put(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function modeOf(entry: TarEntry): number {
  if (entry.kind === "link") return 0o777;
  return entry.mode ?? (entry.kind === "folder" ? 0o755 : 0o644);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** The two fields that a path of more than 100 bytes is divided into, at a `/`. */
function splitPath(path: string): { name: string; prefix: string } {
  const length = (text: string) => new TextEncoder().encode(text).length;
  if (length(path) <= 100) return { name: path, prefix: "" };
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (name !== "" && length(prefix) <= 155 && length(name) <= 100) return { name, prefix };
  }
  throw new LumaError(`Cannot archive "${path}": the path is too long for a tar archive`);
}

function checkedLength(target: string, maxBytes: number): string {
  if (new TextEncoder().encode(target).length <= maxBytes) return target;
  throw new LumaError(`Cannot archive a link to "${target}": more than ${maxBytes} bytes`);
}
