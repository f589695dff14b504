import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { open } from "node:fs/promises";
import { test } from "node:test";
import { type ReadAt, readElf } from "../../../lib/proxy_image/elf.ts";
import {
  findSharedLibraries,
  type LibraryFiles,
} from "../../../lib/proxy_image/shared_libraries.ts";
import { formatElf } from "./format_elf.ts";

const LOADER = "/lib64/ld-linux-x86-64.so.2";
const LOADERS = [LOADER, "/lib/ld-musl-x86_64.so.1"];
const MULTIARCH = "/lib/x86_64-linux-gnu";

test("readElf() reads the loader, the libraries and the folders to look in", async () => {
  const bytes = formatElf({
    arch: "arm64",
    interpreter: "/lib/ld-linux-aarch64.so.1",
    needed: ["libc.so.6", "libm.so.6"],
    runPath: "$ORIGIN/../lib:/opt/lib",
  });
  assert.deepEqual(await readElf(readerOf(bytes)), {
    arch: "arm64",
    interpreter: "/lib/ld-linux-aarch64.so.1",
    needed: ["libc.so.6", "libm.so.6"],
    searchFolders: ["$ORIGIN/../lib", "/opt/lib"],
  });
});

test("readElf() gives nothing for a file of another format, or a very short one", async () => {
  for (const text of ["", "#!/bin/sh\n", `\x7fELF${"\0".repeat(80)}`]) {
    assert.equal(await readElf(readerOf(new TextEncoder().encode(text))), undefined);
  }
});

test("findSharedLibraries() follows libraries of libraries, each at the path it was found at", async () => {
  const files = filesOf({
    "/bin/program": {
      interpreter: LOADER,
      needed: ["libc.so.6", "liba.so"],
      runPath: "$ORIGIN/../lib",
    },
    "/lib/liba.so": { needed: ["libb.so", "libc.so.6", "ld-linux-x86-64.so.2"] },
    "/usr/lib64/libb.so": { needed: [] },
    [`${MULTIARCH}/libc.so.6`]: { needed: ["ld-linux-x86-64.so.2"] },
  });
  assert.deepEqual(await findSharedLibraries("/bin/program", files), {
    kind: "found",
    libc: "glibc",
    paths: [LOADER, `${MULTIARCH}/libc.so.6`, "/lib/liba.so", "/usr/lib64/libb.so"],
  });
});

test("findSharedLibraries() adds what glibc loads by itself to resolve names", async () => {
  const files = filesOf({
    "/bin/program": { interpreter: LOADER, needed: ["libc.so.6"] },
    [`${MULTIARCH}/libc.so.6`]: { needed: [] },
    [`${MULTIARCH}/libnss_dns.so.2`]: { needed: ["libresolv.so.2"] },
    [`${MULTIARCH}/libresolv.so.2`]: { needed: [] },
  });
  const libraries = await findSharedLibraries("/bin/program", files);
  assert.deepEqual(libraries.kind === "found" && libraries.paths.slice(2), [
    `${MULTIARCH}/libnss_dns.so.2`,
    `${MULTIARCH}/libresolv.so.2`,
  ]);
});

test("findSharedLibraries() knows musl, whose loader is its libc", async () => {
  const files = filesOf({
    "/bin/program": {
      interpreter: "/lib/ld-musl-x86_64.so.1",
      needed: ["libstdc++.so.6", "libc.musl-x86_64.so.1"],
    },
    "/usr/lib/libstdc++.so.6": { needed: ["libc.musl-x86_64.so.1"] },
  });
  assert.deepEqual(await findSharedLibraries("/bin/program", files), {
    kind: "found",
    libc: "musl",
    paths: ["/lib/ld-musl-x86_64.so.1", "/usr/lib/libstdc++.so.6"],
  });
});

test("findSharedLibraries() finds nothing to add to a static program", async () => {
  const files = filesOf({ "/bin/program": { needed: [] } });
  assert.deepEqual(await findSharedLibraries("/bin/program", files), {
    kind: "found",
    libc: "none",
    paths: [],
  });
});

test("findSharedLibraries() names the library that is missing, and what needs it", async () => {
  const files = filesOf({
    "/bin/program": { interpreter: LOADER, needed: ["liba.so"] },
    "/lib/liba.so": { needed: ["libgone.so"] },
  });
  assert.deepEqual(await findSharedLibraries("/bin/program", files), {
    kind: "missing",
    libc: "glibc",
    name: "libgone.so",
    neededBy: "/lib/liba.so",
  });
});

test("findSharedLibraries() says so, when the loader itself is missing", async () => {
  const loader = "/lib/ld-linux-aarch64.so.1";
  const program = formatElf({ arch: "arm64", interpreter: loader, needed: [] });
  const libraries = await findSharedLibraries("/bin/program", {
    withFile: async (path, use) =>
      path === "/bin/program" ? await use(readerOf(program)) : undefined,
  });
  assert.equal(libraries.kind === "missing" && libraries.name, loader);
});

test("findSharedLibraries() finds what ldd finds for this process's own program", async (context) => {
  const ldd = process.platform === "linux" ? spawnSync("ldd", [process.execPath]) : undefined;
  if (ldd?.status !== 0) return context.skip("this machine has no ldd");
  const expected = [...ldd.stdout.toString().matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]);
  const libraries = await findSharedLibraries(process.execPath, {
    async withFile(path, use) {
      const file = await open(path).catch(() => undefined);
      if (file === undefined) return undefined;
      const readAt: ReadAt = async (offset, lengthBytes) => {
        const { buffer, bytesRead } = await file.read(
          new Uint8Array(lengthBytes),
          0,
          lengthBytes,
          offset,
        );
        return buffer.subarray(0, bytesRead);
      };
      return await use(readAt).finally(() => file.close());
    },
  });
  assert.equal(libraries.kind, "found");
  const paths = libraries.kind === "found" ? libraries.paths : [];
  const own = paths.filter((path) => !/libnss_|libresolv/.test(path));
  assert.deepEqual([...own].sort(), expected.sort());
});

function filesOf(
  elves: Readonly<Record<string, Omit<Parameters<typeof formatElf>[0], "arch">>>,
): LibraryFiles {
  return {
    async withFile(path, use) {
      const elf = elves[path] ?? (LOADERS.includes(path) ? { needed: [] } : undefined);
      return elf && await use(readerOf(formatElf({ arch: "amd64", ...elf })));
    },
  };
}

function readerOf(bytes: Uint8Array): ReadAt {
  return async (offset, lengthBytes) => bytes.subarray(offset, offset + lengthBytes);
}
