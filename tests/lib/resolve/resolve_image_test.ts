import assert from "node:assert/strict";
import { test } from "node:test";
import type { Docker, Image } from "../../../lib/docker/types.ts";
import { explainDockerFailure } from "../../../lib/docker/docker_error.ts";
import { LumaError } from "../../../lib/error.ts";
import { needsPull, resolveImage } from "../../../lib/resolve/resolve_image.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";
import { anImage } from "../../fixtures/server_state.ts";

const PULLED = anImage({ id: "sha256:pulled", digests: ["acme/web@sha256:1"] });
const OLDER = anImage({ id: "sha256:older", digests: ["acme/web@sha256:0"] });

/** A server that has `here`, and a registry that answers a pull with an image or an error. */
function docker(here: Image | undefined, registry: Image | Error) {
  const pulls: string[] = [];
  let image = here;
  const fake: Docker = {
    ...fakeServer().effects.docker,
    inspectImage: () => Promise.resolve(image),
    pullImage: (reference) => {
      pulls.push(reference);
      if (registry instanceof Error) return Promise.reject(registry);
      image = registry;
      return Promise.resolve();
    },
  };
  return { fake, pulls };
}

async function resolve(here: Image | undefined, registry: Image | Error, pull = true) {
  const { fake, pulls } = docker(here, registry);
  const found = await resolveImage(fake, "acme/web:1", { pull });
  return { ...found, pulls };
}

test("resolveImage() uses an image that was never in a registry as it is", async () => {
  const { image, pulls, warnings } = await resolve(anImage(), new Error("not asked"));
  assert.deepEqual([image.id, pulls, warnings], ["sha256:new", [], []]);
});

test("resolveImage() pulls what the server does not have, and a tag that may have moved", async () => {
  for (const here of [undefined, OLDER]) {
    const { image, pulls } = await resolve(here, PULLED);
    assert.deepEqual([image.id, pulls], ["sha256:pulled", ["acme/web:1"]]);
  }
});

test("resolveImage() uses the server's image with a warning where no registry knows it", async () => {
  const { image, warnings } = await resolve(OLDER, new Error("manifest unknown"));
  assert.equal(image.id, "sha256:older");
  assert.match(warnings.join(), /No registry has "acme\/web:1"/);
});

test("resolveImage() does not deploy an old image because a registry cannot be reached", async () => {
  await assert.rejects(resolve(OLDER, new Error("dial tcp: i/o timeout")), (error) => {
    assert.ok(error instanceof LumaError);
    assert.match(error.message, /Cannot get image "acme\/web:1" on server: dial tcp/);
    assert.match(error.hint ?? "", /older one/);
    return true;
  });
});

test("resolveImage() says that the disk is full, and how to make room", async () => {
  for (const here of [undefined, OLDER]) {
    const full = explainDockerFailure({
      server: "server",
      action: 'pull the image "acme/web:1"',
      words: "failed to register layer: write /usr/bin/x: no space left on device",
    });
    await assert.rejects(resolve(here, full), (error) => {
      assert.ok(error instanceof LumaError);
      assert.match(
        error.message,
        /^Cannot pull the image "acme\/web:1" on server: the disk is full there \(failed to register/,
      );
      assert.match(error.hint ?? "", /docker system df; then: docker image prune/);
      assert.equal(error.exitCode, 3);
      return true;
    });
  }
});

test("resolveImage() says how to bring an image that nobody has", async () => {
  await assert.rejects(
    resolve(undefined, new Error("pull access denied")),
    (error) => error instanceof LumaError && /build: in luma.yml/.test(error.hint ?? ""),
  );
});

test("resolveImage() pulls nothing for a plan, and says that another may be deployed", async () => {
  const { image, pulls, warnings } = await resolve(OLDER, PULLED, false);
  assert.deepEqual([image.id, pulls], ["sha256:older", []]);
  assert.match(warnings.join(), /was not pulled/);
  await assert.rejects(resolve(undefined, PULLED, false), /does not have it yet/);
});

test("needsPull() is false for what a digest names", () => {
  assert.equal(needsPull(PULLED, "acme/web@sha256:1"), false);
  assert.equal(needsPull(PULLED, "sha256:pulled"), false);
  assert.equal(needsPull(PULLED, "acme/web:1"), true);
});
