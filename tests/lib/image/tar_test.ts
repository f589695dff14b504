import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { type TarEntry, tarSizeBytes, writeTar } from "../../../lib/image/tar.ts";

const LONG = `${"folder/".repeat(20)}file-with-a-name-that-is-not-short-itself.txt`;

test("writeTar() writes what tar itself lists with the same modes, sizes, owners and links", async () => {
  const archive = await archiveOf([
    { kind: "folder", path: "tmp", mode: 0o1777 },
    { kind: "folder", path: "run" },
    { kind: "file", path: "etc/naïve", content: "é" },
    { kind: "file", path: "bin/program", mode: 0o755, content: new Uint8Array(1300) },
    { kind: "link", path: "bin/link", to: "program" },
  ]);
  const lines = runTar(["-tv", "--numeric-owner", "--quoting-style=literal"], archive).split("\n");
  assert.deepEqual(lines.map((line) => line.replace(/\s+1970-01-01 \S+/, "").replace(/ +/g, " ")), [
    "drwxrwxrwt 0/0 0 tmp/",
    "drwxr-xr-x 0/0 0 run/",
    "-rw-r--r-- 0/0 2 etc/naïve",
    "-rwxr-xr-x 0/0 1300 bin/program",
    "lrwxrwxrwx 0/0 0 bin/link -> program",
  ]);
});

test("writeTar() writes content that tar reads back, whatever its size", async () => {
  for (const sizeBytes of [0, 1, 511, 512, 513, 70_000]) {
    const content = new Uint8Array(sizeBytes).fill(65);
    const archive = await archiveOf([
      { kind: "file", path: "first", content },
      { kind: "file", path: "second", content: "after" },
    ]);
    assert.equal(runTar(["-xO", "first"], archive), "A".repeat(sizeBytes));
    assert.equal(runTar(["-xO", "second"], archive), "after");
  }
});

test("writeTar() divides a path of more than 100 bytes, so that tar reads it whole", async () => {
  const archive = await archiveOf([{ kind: "file", path: LONG, content: "x" }]);
  assert.equal(runTar(["-t"], archive), LONG);
});

test("writeTar() refuses a path that the format cannot hold", async () => {
  const entry: TarEntry = { kind: "file", path: "x".repeat(101), content: "" };
  await assert.rejects(archiveOf([entry]), /Cannot archive "x+": the path is too long/);
});

test("writeTar() refuses a file that changed its size while it was read", async () => {
  const content = {
    sizeBytes: 10,
    async *read() {
      yield new Uint8Array(9);
    },
  };
  await assert.rejects(
    archiveOf([{ kind: "file", path: "log", content }]),
    /Cannot archive "log": it has 9 bytes, 10 were expected/,
  );
});

test("writeTar() gives the same bytes for the same entries, as many as tarSizeBytes() says", async () => {
  const entries: readonly TarEntry[] = [
    { kind: "folder", path: "a" },
    { kind: "file", path: "a/b", content: "é".repeat(300) },
  ];
  const archive = await archiveOf(entries);
  assert.deepEqual(await archiveOf(entries), archive);
  assert.equal(tarSizeBytes(entries), archive.length);
});

async function archiveOf(entries: readonly TarEntry[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function runTar(words: readonly string[], archive: Uint8Array): string {
  const env = { ...process.env, TZ: "UTC", LC_ALL: "C.UTF-8" };
  const end = spawnSync("tar", [...words, "-f", "-"], { input: archive, env });
  assert.equal(end.status, 0, end.stderr.toString());
  return end.stdout.toString().trimEnd();
}
