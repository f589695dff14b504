/**
 * Writes the smallest ELF files that a reader of them can be tested with.
 *
 * The rule: addresses differ from file offsets, as in real files, so that a mix-up is seen.
 *
 * @module
 */

/** What is written into the file. */
export interface ElfParts {
  readonly arch: "amd64" | "arm64";
  readonly interpreter?: string;
  readonly needed: readonly string[];
  readonly runPath?: string;
}

const STRINGS_AT = 1024;
const DYNAMIC_AT = 2048;
const ADDRESS_SHIFT = 0x400000;

/** Writes a 64-bit little-endian file with three segments: loaded bytes, dynamic section, loader. */
export function formatElf(parts: ElfParts): Uint8Array {
  const bytes = new Uint8Array(4096);
  const fields = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  fields.setUint16(18, parts.arch === "amd64" ? 62 : 183, true);
  fields.setBigUint64(32, 64n, true);
  fields.setUint16(54, 56, true);

  const text = (offset: number, value: string) =>
    bytes.set(new TextEncoder().encode(value), offset);
  let end = 1;
  const name = (value: string) => {
    text(STRINGS_AT + end, value);
    end += value.length + 1;
    return end - value.length - 1;
  };
  const dynamic = [
    ...parts.needed.map((library) => [1, name(library)]),
    ...(parts.runPath === undefined ? [] : [[29, name(parts.runPath)]]),
    [5, STRINGS_AT + ADDRESS_SHIFT],
    [10, end],
    [0, 0],
  ];
  dynamic.flat().forEach((value, index) =>
    fields.setBigUint64(DYNAMIC_AT + index * 8, BigInt(value), true)
  );

  const segments = [[1, 0, 4096], [2, DYNAMIC_AT, dynamic.length * 16]];
  if (parts.interpreter !== undefined) {
    text(3072, parts.interpreter);
    segments.push([3, 3072, parts.interpreter.length + 1]);
  }
  fields.setUint16(56, segments.length, true);
  segments.forEach(([type = 0, offset = 0, size = 0], index) => {
    const at = 64 + index * 56;
    fields.setUint32(at, type, true);
    fields.setBigUint64(at + 8, BigInt(offset), true);
    fields.setBigUint64(at + 16, BigInt(offset + ADDRESS_SHIFT), true);
    fields.setBigUint64(at + 32, BigInt(size), true);
  });
  return bytes;
}
