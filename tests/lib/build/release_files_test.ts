import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sbomName, writeReleaseFiles } from "../../../lib/build/release_files.ts";

test("writeReleaseFiles() writes what is published, and checksums of exactly that", async () => {
  const checkout = await mkdtemp(join(tmpdir(), "luma-release-files-"));
  const dist = join(checkout, "dist");
  try {
    for (const folder of [dist, join(checkout, "node_modules/bun")]) {
      await mkdir(folder, { recursive: true });
    }
    await writeFile(join(checkout, "node_modules/bun/package.json"), '{"version":"9.9.9"}');
    await writeFile(join(checkout, "package-lock.json"), '{"packages":{"":{"name":"luma"}}}');
    await writeFile(join(dist, "luma-of-last-year"), "old");
    const executables = [];
    for (const name of ["luma-proxy-linux-x64", "luma-proxy-linux-arm64"]) {
      const path = join(dist, name);
      await writeFile(path, name);
      const sha256 = createHash("sha256").update(name).digest("hex");
      executables.push({ path, sha256, sizeBytes: name.length, built: true });
    }
    const date = new Date("2026-01-31");
    const images = await writeReleaseFiles({ checkout, version: "1.2.3", date, executables });
    assert.deepEqual(images.map(({ arch, context, base }) => [arch, context, base]), [
      ["amd64", "luma-proxy-image-amd64.tar", "scratch"],
      ["arm64", "luma-proxy-image-arm64.tar", "scratch"],
    ]);
    const listed = spawnSync("tar", ["-tf", join(dist, "luma-proxy-image-arm64.tar")]);
    assert.match(
      listed.stdout.toString(),
      /^Dockerfile\n(.*\n)*rootfs\/usr\/local\/bin\/luma-proxy\n/,
    );
    const lines = (await readFile(join(dist, "SHA256SUMS"), "utf8")).trimEnd().split("\n");
    assert.deepEqual(lines.map((line) => line.slice(66)), [
      ...["install.sh", sbomName("1.2.3"), "luma-proxy-linux-arm64", "luma-proxy-linux-x64"],
    ]);
    for (const line of lines) {
      const content = await readFile(join(dist, line.slice(66)));
      assert.equal(line.slice(0, 64), createHash("sha256").update(content).digest("hex"));
    }
    assert.match(await readFile(join(dist, sbomName("1.2.3")), "utf8"), /"pkg:npm\/bun@9\.9\.9"/);
    assert.equal((await stat(join(dist, "install.sh"))).mode & 0o777, 0o755);
    assert.ok((await readdir(dist)).every((name) => !name.startsWith("SHA256SUMS.")));
  } finally {
    await rm(checkout, { recursive: true });
  }
});
