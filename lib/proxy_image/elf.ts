/**
 * Reads from a Linux executable or library what the dynamic loader must find before it runs.
 *
 * The rule: only the ELF format is known here, not where libraries are kept.
 * Source: the System V ABI, "Object Files" and "Program Loading and Dynamic Linking".
 *
 * @module
 */

/** What an ELF file says about its loader and its libraries. */
export interface ElfFile {
  /** The processor it is for, as image platforms call it; none: another one. */
  readonly arch?: "amd64" | "arm64";
  /** The loader, `/lib64/ld-linux-x86-64.so.2`; none for a static program, and for most libraries. */
  readonly interpreter?: string;
  /** Names of libraries it needs itself, DT_NEEDED. */
  readonly needed: readonly string[];
  /** Folders to look in first, DT_RUNPATH or DT_RPATH; `$ORIGIN` is the file's own folder. */
  readonly searchFolders: readonly string[];
}

/** Reads `lengthBytes` from `offset`; gives fewer only at the end of the file. */
export type ReadAt = (offset: number, lengthBytes: number) => Promise<Uint8Array>;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly sizeBytes: number;
}

interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
}

/** Parses a 64-bit little-endian ELF file; none where it is anything else. */
export async function readElf(readAt: ReadAt): Promise<ElfFile | undefined> {
  const header = await readAt(0, 64);
  if (!isElf(header)) return undefined;
  const segments = await readSegments(header, readAt);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  const entries = dynamic === undefined
    ? []
    : parseDynamic(await readAt(dynamic.offset, dynamic.sizeBytes));
  const strings = await readStrings(entries, segments, readAt);
  const all = (tag: number) =>
    entries.filter((entry) => entry.tag === tag).map(({ value }) => textAt(strings, value));
  const runPaths = all(DT_RUNPATH);
  const arch = archOf(view(header).getUint16(18, true));
  return {
    ...(arch === undefined ? {} : { arch }),
    ...(interpreter === undefined ? {} : {
      interpreter: textAt(await readAt(interpreter.offset, interpreter.sizeBytes), 0),
    }),
    needed: all(DT_NEEDED),
    searchFolders: (runPaths.length > 0 ? runPaths : all(DT_RPATH))
      .flatMap((paths) => paths.split(":")).filter((path) => path !== ""),
  };
}

function isElf(header: Uint8Array): boolean {
  const [magic0, e, l, f, bits, order] = header;
  return header.length === 64 && magic0 === 0x7f && e === 0x45 && l === 0x4c && f === 0x46 &&
    bits === 2 && order === 1;
}

function archOf(machine: number): ElfFile["arch"] {
  if (machine === 62) return "amd64";
  return machine === 183 ? "arm64" : undefined;
}

async function readSegments(header: Uint8Array, readAt: ReadAt): Promise<readonly Segment[]> {
  const fields = view(header);
  const entryBytes = fields.getUint16(54, true);
  const count = fields.getUint16(56, true);
  const table = view(await readAt(Number(fields.getBigUint64(32, true)), entryBytes * count));
  return Array.from({ length: count }, (_, index) => {
    const at = index * entryBytes;
    return {
      type: table.getUint32(at, true),
      offset: Number(table.getBigUint64(at + 8, true)),
      address: Number(table.getBigUint64(at + 16, true)),
      sizeBytes: Number(table.getBigUint64(at + 32, true)),
    };
  });
}

function parseDynamic(bytes: Uint8Array): readonly DynamicEntry[] {
  const fields = view(bytes);
  const entries: DynamicEntry[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = Number(fields.getBigInt64(at, true));
    if (tag === 0) break;
    entries.push({ tag, value: Number(fields.getBigUint64(at + 8, true)) });
  }
  return entries;
}

/** The table of names; the dynamic section gives its address in memory, the segments where that is. */
async function readStrings(
  entries: readonly DynamicEntry[],
  segments: readonly Segment[],
  readAt: ReadAt,
): Promise<Uint8Array> {
  const address = entries.find(({ tag }) => tag === DT_STRTAB)?.value;
  const sizeBytes = entries.find(({ tag }) => tag === DT_STRSZ)?.value;
  if (address === undefined || sizeBytes === undefined) return new Uint8Array();
  const segment = segments.find((each) =>
    each.type === PT_LOAD && address >= each.address && address < each.address + each.sizeBytes
  );
  if (segment === undefined) return new Uint8Array();
  return await readAt(address - segment.address + segment.offset, sizeBytes);
}

function textAt(bytes: Uint8Array, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return new TextDecoder().decode(bytes.subarray(offset, end < 0 ? bytes.length : end));
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
