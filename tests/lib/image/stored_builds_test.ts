import assert from "node:assert/strict";
import { test } from "node:test";
import { buildReference, buildRepository } from "../../../lib/image/build_names.ts";
import { findLastBuild, forgetOldBuilds } from "../../../lib/image/stored_builds.ts";
import { anImage } from "../../fixtures/server_state.ts";

const REPOSITORY = buildRepository("site", "blog");
const { signal } = new AbortController();

/** An engine with builds, by the time at which they were named. */
function engine(builds: Readonly<Record<string, number>>) {
  const untagged: string[] = [];
  return {
    untagged,
    listImages: () =>
      Promise.resolve(Object.keys(builds).map((tag) => ({ id: tag, tag: `${REPOSITORY}:${tag}` }))),
    inspectImage: (reference: string) =>
      Promise.resolve(anImage({ taggedAtMs: builds[reference.split(":")[1] ?? ""] ?? 0 })),
    untagImage: (tag: string) => Promise.resolve(void untagged.push(tag)),
  };
}

test("buildReference() is made of the image's id", () => {
  const id = `sha256:3f9a1c04be77${"0".repeat(52)}`;
  assert.equal(buildReference(REPOSITORY, id), "luma-build/site.blog:3f9a1c04be77");
});

test("forgetOldBuilds() keeps the newest, and the one that is asked for", async () => {
  const builds = engine({ a: 1, b: 5, c: 3, d: 4, "unfinished-1": 2 });
  await forgetOldBuilds(builds, { repository: REPOSITORY, current: `${REPOSITORY}:a` }, signal);
  assert.deepEqual(builds.untagged, [`${REPOSITORY}:c`, `${REPOSITORY}:unfinished-1`]);
});

test("forgetOldBuilds() leaves a few as they are", async () => {
  const builds = engine({ a: 1, b: 2, c: 3 });
  await forgetOldBuilds(builds, { repository: REPOSITORY, current: `${REPOSITORY}:c` }, signal);
  assert.deepEqual(builds.untagged, []);
});

test("findLastBuild() gives the newest one that came to its end", async () => {
  const builds = engine({ a: 1, b: 2, "unfinished-1": 3 });
  const last = await findLastBuild(builds, REPOSITORY, signal);
  assert.equal(last?.reference, `${REPOSITORY}:b`);
  assert.equal(await findLastBuild(engine({}), REPOSITORY, signal), undefined);
});
