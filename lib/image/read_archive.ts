/**
 * Reads a tar archive as it comes, and writes it again without some of its members.
 *
 * The rule: a member that is kept goes through byte for byte; only its name, its kind and its size are
 * understood: of ustar, and of the pax and GNU records that stand before a long name.
 *
 * @module
 */
import { LumaError } from "../error.ts";

/** One member of an archive that is being read. */
export interface ArchiveMember {
  readonly path: string;
  /** What a symbolic or hard link leads to, as it stands in the archive. */
  readonly link?: string;
  /** Its header blocks, with those of the records before it. */
  readonly head: Uint8Array;
  /** Bytes of its content, without padding. */
  readonly sizeBytes: number;
}

/** Bytes of a whole block, and the end of an archive. */
const BLOCK_BYTES = 512;
/** Records of names and small texts alone are read into memory. */
const LARGEST_TEXT_BYTES = 16 * 1024 * 1024;

/** What is done with a member: its content goes on, is read as a text, or is passed over. */
export type MemberUse = "write" | "read" | "skip";

/** Decides about members, and takes the texts that it asked for. */
export interface ArchiveReader {
  readonly use: (member: ArchiveMember) => MemberUse;
  readonly onText?: (member: ArchiveMember, text: string) => void;
}

/** Bytes that a member takes in an archive, with header and padding. */
export function memberBytes({ head, sizeBytes }: ArchiveMember): number {
  return head.length + padded(sizeBytes);
}

/** What {@linkcode readArchive} writes after the members that are kept. */
export const ARCHIVE_END_BYTES = 2 * BLOCK_BYTES;

/**
 * Reads an archive.
 *
 * @returns The archive of the members that are to be written.
 * @throws {LumaError} When it is no tar archive, or ends too early.
 */
export async function* readArchive(
  chunks: AsyncIterable<Uint8Array>,
  { use, onText }: ArchiveReader,
): AsyncGenerator<Uint8Array> {
  const source = createByteSource(chunks);
  try {
    for (let member = await readHead(source); member; member = await readHead(source)) {
      const chosen = use(member);
      if (chosen === "write") yield member.head;
      if (chosen === "read") {
        onText?.(member, new TextDecoder().decode(await readWhole(source, member.sizeBytes)));
      } else {
        for await (const chunk of source.pass(padded(member.sizeBytes))) {
          if (chosen === "write") yield chunk;
        }
      }
    }
    yield new Uint8Array(ARCHIVE_END_BYTES);
    await source.drain();
  } finally {
    await source.close();
  }
}

/** The next member; none at the end of the archive. */
async function readHead(source: ByteSource): Promise<ArchiveMember | undefined> {
  const blocks: Uint8Array[] = [];
  let named: { path?: string; link?: string; sizeBytes?: number } = {};
  for (;;) {
    const block = await source.take(BLOCK_BYTES);
    if (block.every((byte) => byte === 0)) return undefined;
    const header = parseHeader(block);
    blocks.push(block);
    if (!"xgLK".includes(header.type)) {
      return {
        path: named.path ?? header.path,
        sizeBytes: named.sizeBytes ?? header.sizeBytes,
        head: concatenate(blocks),
        ...("12".includes(header.type) ? { link: named.link ?? header.link } : {}),
      };
    }
    const content = await source.take(padded(requireText(header.sizeBytes)));
    blocks.push(content);
    const text = new TextDecoder().decode(content.subarray(0, header.sizeBytes));
    if (header.type === "L") named = { ...named, path: untilNul(text) };
    if (header.type === "K") named = { ...named, link: untilNul(text) };
    if (header.type === "x") named = { ...named, ...parsePax(text) };
  }
}

async function readWhole(source: ByteSource, sizeBytes: number): Promise<Uint8Array> {
  const content = await source.take(padded(requireText(sizeBytes)));
  return content.subarray(0, sizeBytes);
}

function requireText(sizeBytes: number): number {
  if (sizeBytes <= LARGEST_TEXT_BYTES) return sizeBytes;
  throw new LumaError(`Cannot read the image's archive: a record of ${sizeBytes} bytes in it`);
}

interface Header {
  readonly path: string;
  readonly link: string;
  readonly type: string;
  readonly sizeBytes: number;
}

/** POSIX.1-1988, `pax` "ustar Interchange Format"; sizes of 8 GiB and more are GNU's binary ones. */
function parseHeader(block: Uint8Array): Header {
  const text = (from: number, length: number) =>
    untilNul(new TextDecoder().decode(block.subarray(from, from + length)));
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (parseInt(text(148, 8).trim(), 8) !== sum) {
    throw new LumaError("Cannot read the image's archive: it is not a tar archive");
  }
  const prefix = text(257, 5) === "ustar" && block[263] === 48 ? text(345, 155) : "";
  const type = text(156, 1) || "0";
  return {
    path: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    link: text(157, 100),
    type,
    // Links and folders have no content, whatever their header says.
    sizeBytes: "123456".includes(type) ? 0 : parseSize(block.subarray(124, 136)),
  };
}

function parseSize(field: Uint8Array): number {
  if ((field[0] ?? 0) < 128) return parseInt(untilNul(new TextDecoder().decode(field)).trim(), 8);
  return field.slice(1).reduce((size, byte) => size * 256 + byte, 0);
}

/** Records `LENGTH KEY=VALUE\n`; values of other keys than these are not needed. */
function parsePax(text: string): { path?: string; link?: string; sizeBytes?: number } {
  const values = new Map(
    [...text.matchAll(/^\d+ ([^=\n]+)=(.*)$/gm)].map(([, key, value]) => [key, value] as const),
  );
  const [path, link, size] = ["path", "linkpath", "size"].map((key) => values.get(key));
  return {
    ...(path === undefined ? {} : { path }),
    ...(link === undefined ? {} : { link }),
    ...(size === undefined ? {} : { sizeBytes: Number(size) }),
  };
}

function untilNul(text: string): string {
  return text.replace(/\0[^]*$/, "");
}

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes of a stream, by number. */
interface ByteSource {
  take(length: number): Promise<Uint8Array>;
  pass(length: number): AsyncGenerator<Uint8Array>;
  /** Reads what stands behind the end of an archive, so that its writer does not fail. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

function createByteSource(chunks: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  const pass = async function* (length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      if (rest.length === 0) {
        const next = await iterator.next();
        if (next.done === true) {
          throw new LumaError("Cannot read the image's archive: it ended too early");
        }
        rest = next.value;
      }
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  };
  return {
    pass,
    async take(length) {
      const parts: Uint8Array[] = [];
      for await (const piece of pass(length)) parts.push(piece);
      return concatenate(parts);
    },
    async drain() {
      for (let next = await iterator.next(); next.done !== true;) next = await iterator.next();
    },
    async close() {
      await iterator.return?.();
    },
  };
}
