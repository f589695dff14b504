import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ARCHIVE_END_BYTES,
  type ArchiveMember,
  memberBytes,
  type MemberUse,
  readArchive,
} from "../../../lib/image/read_archive.ts";
import { type TarEntry, tarSizeBytes, writeTar } from "../../../lib/image/tar.ts";

const ENTRIES: readonly TarEntry[] = [
  { kind: "folder", path: "a" },
  { kind: "file", path: "a/layer.tar", content: "x".repeat(1000) },
  { kind: "link", path: "b", to: "a/layer.tar" },
  { kind: "file", path: "manifest.json", content: "[]" },
];

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

/** The bytes in pieces of `size`, which fall anywhere. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, use: (member: ArchiveMember) => MemberUse, size = 700) {
  const members: ArchiveMember[] = [];
  const texts: string[] = [];
  const written = await bytesOf(readArchive(inPieces(bytes, size), {
    use(member) {
      members.push(member);
      return use(member);
    },
    onText: (_member, text) => texts.push(text),
  }));
  return { members, texts, written };
}

test("readArchive() writes what it reads, byte for byte, however it is cut", async () => {
  const whole = await bytesOf(writeTar(ENTRIES));
  for (const size of [1, 511, 512, 513, 100_000]) {
    const { members, written } = await read(whole, () => "write", size);
    assert.deepEqual(members.map(({ path }) => path), ["a/", "a/layer.tar", "b", "manifest.json"]);
    assert.equal(Buffer.compare(written, whole), 0);
  }
});

test("readArchive() leaves out members, reads texts, and tells where links lead", async () => {
  const whole = await bytesOf(writeTar(ENTRIES));
  const { members, texts, written } = await read(
    whole,
    ({ path }) => path === "manifest.json" ? "read" : path === "a/layer.tar" ? "skip" : "write",
  );
  assert.deepEqual(texts, ["[]"]);
  assert.deepEqual(members.map(({ link }) => link), [
    undefined,
    undefined,
    "a/layer.tar",
    undefined,
  ]);
  const kept = ENTRIES.filter(({ kind }) => kind !== "file");
  assert.equal(Buffer.compare(written, await bytesOf(writeTar(kept))), 0);
  const sizes = members.map(memberBytes);
  assert.equal(sizes.reduce((sum, size) => sum + size, ARCHIVE_END_BYTES), tarSizeBytes(ENTRIES));
});

test("readArchive() takes long names from pax and GNU records, and keeps these with their member", async () => {
  const long = "n".repeat(150);
  const member = await bytesOf(writeTar([{ kind: "file", path: "short", content: "text" }]));
  const record = `${long.length + 10} path=${long}\n`;
  for (const [type, content] of [["x", record], ["L", `${long}\0`]] as const) {
    const whole = Buffer.concat([await recordOf(type, content), member]);
    const { members, written } = await read(whole, () => "write");
    assert.deepEqual(members.map(({ path }) => path), [long]);
    assert.equal(Buffer.compare(written, whole), 0);
  }
});

/** A record before a member: as a file, with another type and its sum. */
async function recordOf(type: string, content: string): Promise<Uint8Array> {
  const bytes = await bytesOf(writeTar([{ kind: "file", path: "record", content }]));
  const record = bytes.slice(0, -ARCHIVE_END_BYTES);
  record[156] = type.charCodeAt(0);
  record.fill(32, 148, 156);
  const sum = record.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  record.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return record;
}

test("readArchive() refuses what is no archive, and one that ends too early", async () => {
  const whole = await bytesOf(writeTar(ENTRIES));
  await assert.rejects(read(whole.subarray(0, 1200), () => "write"), /ended too early/);
  await assert.rejects(read(new Uint8Array(512).fill(65), () => "write"), /not a tar archive/);
});
