import assert from "node:assert/strict";
import { test } from "node:test";
import { formatChecksums, formatExecutable, parseBuildRequest } from "../../../lib/build/build.ts";

test("parseBuildRequest() makes all executables for this machine, unless told otherwise", () => {
  assert.deepEqual(parseBuildRequest([]), {
    names: ["luma", "luma-proxy", "luma-health"],
    targets: ["host"],
  });
  const words = ["luma-proxy", "--target", "linux-arm64", "--target=host"];
  assert.deepEqual(parseBuildRequest(words), {
    names: ["luma-proxy"],
    targets: ["linux-arm64", "host"],
  });
});

test("parseBuildRequest() makes every target of a release with --all", () => {
  assert.deepEqual(parseBuildRequest(["--all", "luma"]), {
    names: ["luma"],
    targets: [
      ...["linux-x64", "linux-arm64", "linux-x64-musl", "linux-arm64-musl"],
      ...["darwin-arm64", "darwin-x64", "windows-x64"],
    ],
  });
  assert.throws(() => parseBuildRequest(["--all", "--target", "host"]), /--all leaves no --target/);
});

test("parseBuildRequest() refuses what it does not know", () => {
  assert.throws(() => parseBuildRequest(["luna"]), /there is no executable "luna"/);
  assert.throws(() => parseBuildRequest(["--targets"]), /Cannot build: .*--targets/);
});

test("formatExecutable() shows name, size, and whether it was made now", () => {
  const executable = { path: "/x/dist/luma", sizeBytes: 111_216_816, sha256: "", built: true };
  assert.equal(formatExecutable(executable), "luma                            111.2 MB  made");
  assert.match(formatExecutable({ ...executable, built: false }), / unchanged$/);
});

test("formatChecksums() writes the lines of sha256sum, sorted by name", () => {
  const lines = formatChecksums(["luma-proxy", "luma"].map((name) => ({
    ...{ path: `/x/dist/${name}`, sizeBytes: 1, sha256: "0".repeat(64), built: true },
  })));
  assert.equal(lines, `${"0".repeat(64)}  luma\n${"0".repeat(64)}  luma-proxy\n`);
});
