import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import {
  buildExecutable,
  type BuildOptions,
  formatBuildArguments,
  formatExecutableName,
  hashInputs,
  listExecutables,
} from "../../../lib/build/build_executable.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";

test("formatBuildArguments() names every flag, and the target where it is not this machine", () => {
  assert.equal(
    formatBuildArguments({ name: "luma-proxy", target: "host" }, "/out/luma-proxy").join(" "),
    "build --compile --minify --bytecode --format=esm --splitting " +
      "--no-compile-autoload-dotenv --no-compile-autoload-bunfig " +
      "--outfile=/out/luma-proxy proxy/luma_proxy.ts",
  );
  assert.equal(
    formatBuildArguments({ name: "luma", target: "linux-arm64-musl" }, "/out/luma").slice(-3)
      .join(" "),
    "--target=bun-linux-arm64-musl --outfile=/out/luma cli.ts",
  );
});

test("formatExecutableName() tells targets apart, and ends in .exe for Windows", () => {
  const cases = [
    [{ name: "luma", target: "host" }, "linux", "luma"],
    [{ name: "luma", target: "host" }, "win32", "luma.exe"],
    [{ name: "luma-proxy", target: "linux-arm64" }, "win32", "luma-proxy-linux-arm64"],
    [{ name: "luma", target: "windows-x64" }, "linux", "luma-windows-x64.exe"],
  ] as const;
  for (const [options, platform, expected] of cases) {
    assert.equal(formatExecutableName(options, platform), expected);
  }
});

test("hashInputs() changes with a source, the target and the compiler, and with nothing else", () =>
  withCheckout(async (options, write) => {
    const first = await hashInputs(options);
    await write("lib/other.ts", "export {};");
    await write("dist/x", "");
    assert.equal(await hashInputs(options), first);
    const hashes = new Set([first, await hashInputs({ ...options, target: "linux-arm64" })]);
    await write("proxy/deep/new.ts", "export {};");
    hashes.add(await hashInputs(options));
    await write("node_modules/bun/package.json", `{"version":"2"}`);
    hashes.add(await hashInputs(options));
    assert.equal(hashes.size, 4);
  }));

test("buildExecutable() makes an executable once, and again when a source or the file changes", () =>
  withCheckout(async (options, write) => {
    let runs = 0;
    const build = () =>
      buildExecutable(
        options,
        runnerOf((command) => {
          runs += 1;
          return compile(command);
        }),
      );
    const made = await build();
    assert.equal(made.built, true);
    assert.equal(made.sha256, createHash("sha256").update("compiled").digest("hex"));
    assert.equal(made.sizeBytes, 8);
    assert.deepEqual(await build(), { ...made, built: false });
    assert.equal(runs, 1);
    await write("proxy/luma_proxy.ts", "changed");
    assert.equal((await build()).built, true);
    await write("dist/luma-proxy", "damaged");
    assert.equal((await build()).built, true);
    assert.equal(await readFile(made.path, "utf8"), "compiled");
  }));

test("buildExecutable() repeats the compiler's words when it fails, and leaves nothing", () =>
  withCheckout(async (options) => {
    const end = { status: 1, stdout: "", stderr: "error: Unknown target\n" };
    const runner = runnerOf(async () => end);
    await assert.rejects(
      buildExecutable({ ...options, target: "linux-x65" }, runner),
      /Cannot make the executable "luma-proxy" for linux-x65: error: Unknown target$/,
    );
    assert.deepEqual(await listExecutables(options.checkout), []);
  }));

test("listExecutables() lists what was made and is still as it was", () =>
  withCheckout(async (options, write) => {
    await buildExecutable(options, runnerOf(compile));
    await buildExecutable({ ...options, target: "linux-arm64" }, runnerOf(compile));
    await write("dist/luma-proxy", "damaged");
    const listed = await listExecutables(options.checkout);
    assert.deepEqual(listed.map(({ path }) => path), [
      join(options.checkout, "dist/luma-proxy-linux-arm64"),
    ]);
  }));

const compile: Runner["run"] = async ({ argv }) => {
  const outFile = argv.find((word) => word.startsWith("--outfile="))?.slice(10) ?? "";
  await mkdir(dirname(outFile), { recursive: true });
  await writeFile(outFile, "compiled");
  return { status: 0, stdout: "", stderr: "" };
};

function runnerOf(run: Runner["run"]): Runner {
  return { server: "local", run, close: async () => {} };
}

type Write = (path: string, text: string) => Promise<void>;

async function withCheckout(
  use: (options: BuildOptions, write: Write) => Promise<void>,
): Promise<void> {
  const checkout = await mkdtemp(join(tmpdir(), "luma-build-"));
  const write: Write = async (path, text) => {
    await mkdir(dirname(join(checkout, path)), { recursive: true });
    await writeFile(join(checkout, path), text);
  };
  try {
    await write("proxy/luma_proxy.ts", `import "./api.ts";`);
    await write("proxy/api.ts", "export {};");
    await write("node_modules/bun/package.json", `{"version":"1"}`);
    await use({ checkout, name: "luma-proxy", target: "host", bun: "/bun" }, write);
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}
