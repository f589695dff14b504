import assert from "node:assert/strict";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { build, RELEASE_TARGETS } from "../../../lib/build/build.ts";
import { checkoutFolder } from "../../../lib/build/checkout_folder.ts";

const EXPECTED: Readonly<Record<string, string>> = {
  "linux-x64": "ELF x64, ld-linux-x86-64.so.2",
  "linux-arm64": "ELF arm64, ld-linux-aarch64.so.1",
  "linux-x64-musl": "ELF x64, ld-musl-x86_64.so.1",
  "linux-arm64-musl": "ELF arm64, ld-musl-aarch64.so.1",
  "darwin-arm64": "Mach-O arm64, signed",
  "darwin-x64": "Mach-O x64, signed",
  "windows-x64": "PE x64",
};

test("build() makes an executable for each target of a release, on this machine", async () => {
  const lines: string[] = [];
  const request = { names: ["luma-health"], targets: RELEASE_TARGETS } as const;
  const made = await build(request, checkoutFolder(), (line) => void lines.push(line));
  const found: Record<string, string> = {};
  for (const [index, { path }] of made.entries()) {
    found[RELEASE_TARGETS[index] ?? ""] = describeHead(await readHead(path));
  }
  assert.deepEqual(found, EXPECTED);
  assert.equal(lines.length, RELEASE_TARGETS.length);
  assert.match(
    lines.at(-1) ?? "",
    /^luma-health-windows-x64\.exe +\d+\.\d MB {2}(made|unchanged)$/,
  );
});

test("bun lib/build/build.ts leaves checksums of what is in dist/", async () => {
  const sums = await readFile(join(checkoutFolder(), "dist/SHA256SUMS"), "utf8");
  for (const name of ["luma", "luma-proxy", "luma-health"]) {
    assert.match(sums, new RegExp(`^[0-9a-f]{64}  ${name}$`, "m"));
  }
});

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const bytes = new Uint8Array(16_384);
    await file.read(bytes, 0, bytes.length, 0);
    return bytes;
  } finally {
    await file.close();
  }
}

/** What the first bytes of a program say: its format, its processor, and what is special of it. */
function describeHead(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer);
  const text = new TextDecoder("latin1").decode(bytes);
  if (text.startsWith("\x7fELF")) {
    const processor = { 0x3e: "x64", 0xb7: "arm64" }[view.getUint16(18, true)];
    return `ELF ${processor}, ${/ld-[\w-]+\.so\.\d/.exec(text)?.[0]}`;
  }
  if (text.startsWith("MZ")) {
    const processor = { 0x8664: "x64" }[view.getUint16(view.getUint32(0x3c, true) + 4, true)];
    return `PE ${processor}`;
  }
  assert.equal(view.getUint32(0, true), 0xfeedfacf);
  const processor = { 0x01000007: "x64", 0x0100000c: "arm64" }[view.getUint32(4, true)];
  const commands: number[] = [];
  let offset = 32;
  for (let left = view.getUint32(16, true); left > 0; left--) {
    commands.push(view.getUint32(offset, true));
    offset += view.getUint32(offset + 4, true);
  }
  // LC_CODE_SIGNATURE: macOS on arm64 starts nothing without.
  return `Mach-O ${processor}, ${commands.includes(0x1d) ? "signed" : "not signed"}`;
}
