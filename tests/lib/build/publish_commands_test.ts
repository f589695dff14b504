import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { formatPublishCommands } from "../../../lib/build/publish_commands.ts";

const images = ["amd64", "arm64"].map((arch) => ({
  ...{ arch, context: `luma-proxy-image-${arch}.tar`, base: "scratch", digest: `d-${arch}` },
}));
const options = { version: "1.2.3-rc.1", imageName: "luma/luma-proxy", images };

test("formatPublishCommands() builds an image for each processor, and joins them", () => {
  const commands = formatPublishCommands(options);
  assert.ok(
    commands.includes(`docker buildx build --push --platform linux/arm64 --provenance=false \\
  --build-arg BASE=scratch --build-arg VERSION=1.2.3-rc.1 \\
  --build-arg DIGEST=d-arm64 \\
  --tag "$LUMA_IMAGE_REGISTRY/luma/luma-proxy:1.2.3-rc.1-arm64" - < dist/luma-proxy-image-arm64.tar
`),
  );
  assert.match(commands, /imagetools create --tag "\S+:1\.2\.3-rc\.1" "\S+-amd64" "\S+-arm64"\n/);
});

test("formatPublishCommands() writes commands that a shell can read, and names no host", () => {
  const commands = formatPublishCommands(options);
  const { status, stderr } = spawnSync("sh", ["-n"], { input: commands, encoding: "utf8" });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  assert.doesNotMatch(commands, /https?:|\b[a-z0-9-]+\.(com|io|org|dev|net)\b/);
});
