import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DOCKERFILE } from "../../../lib/proxy_image/dockerfile.ts";
import {
  EMPTY_BASE,
  formatBuildCommand,
  formatPublishedReference,
  LIBC_BASE,
  planContext,
  planImage,
} from "../../../lib/proxy_image/plan_image.ts";

test("DOCKERFILE is what proxy/Dockerfile says", async () => {
  const path = fileURLToPath(new URL("../../../proxy/Dockerfile", import.meta.url));
  assert.equal(await readFile(path, "utf8"), DOCKERFILE);
});

test("planImage() names the image after version and program, and the same for the same", () => {
  const plan = planImage("1.2.3", "aa");
  assert.equal(plan.reference, `luma-proxy:1.2.3-${plan.digest.slice(0, 12)}`);
  assert.match(plan.digest, /^[0-9a-f]{64}$/);
  assert.deepEqual(planImage("1.2.3", "aa"), plan);
  assert.notEqual(planImage("1.2.3", "ab").reference, plan.reference);
});

test("planImage() and formatPublishedReference() make a tag of a version with metadata", () => {
  assert.match(planImage("1.2.3-rc.1+build", "aa").reference, /^luma-proxy:1\.2\.3-rc\.1-build-/);
  assert.equal(formatPublishedReference("1.2.3+4"), "luma/luma-proxy:1.2.3-4");
});

test("planContext() puts the files below rootfs/, and what an empty base lacks", () => {
  const entries = [{ kind: "link", path: "bin/x", to: "y" }] as const;
  const paths = (base: string) => planContext({ base, entries }).map(({ path }) => path);
  assert.deepEqual(paths(LIBC_BASE), ["Dockerfile", "rootfs", "rootfs/bin/x"]);
  assert.deepEqual(paths(EMPTY_BASE), [
    ...["Dockerfile", "rootfs", "rootfs/tmp", "rootfs/run", "rootfs/etc/passwd"],
    ...["rootfs/etc/group", "rootfs/etc/nsswitch.conf", "rootfs/bin/x"],
  ]);
});

test("formatBuildCommand() gives the plan as arguments, and reads the context from stdin", () => {
  const plan = { reference: "luma-proxy:1-ab", version: "1", digest: "abcd" };
  assert.equal(
    formatBuildCommand(plan, "scratch").join(" "),
    "docker build --tag luma-proxy:1-ab --build-arg BASE=scratch --build-arg VERSION=1 " +
      "--build-arg DIGEST=abcd -",
  );
});
