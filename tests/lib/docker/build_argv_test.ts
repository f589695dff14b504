import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { buildEnvironment, buildImageArgv, chooseBuilder } from "../../../lib/docker/build_argv.ts";

const SPEC = {
  tag: "luma-build/site.blog:x",
  context: "/site",
  dockerfile: "/site/Dockerfile",
  args: { MODE: "prod", TOKEN: new Secret("s3cret") },
};

test("buildImageArgv() names arguments, and gives their values to the environment", () => {
  const words = "--tag luma-build/site.blog:x --file /site/Dockerfile " +
    "--build-arg MODE --build-arg TOKEN -- /site";
  const expected = {
    buildx: `docker buildx build --load --progress plain ${words}`,
    buildkit: `docker build --progress plain ${words}`,
    classic: `docker build --force-rm ${words}`,
  } as const;
  for (const builder of ["buildx", "buildkit", "classic"] as const) {
    assert.equal(buildImageArgv(builder, SPEC).join(" "), expected[builder]);
    const environment = buildEnvironment(builder, SPEC.args);
    assert.equal(environment["TOKEN"], "s3cret");
    assert.equal(environment["DOCKER_BUILDKIT"], builder === "classic" ? "0" : "1");
  }
});

test("buildImageArgv() takes a stage and a platform", () => {
  const argv = buildImageArgv("classic", {
    ...SPEC,
    args: {},
    target: "web",
    platform: "linux/arm64",
  });
  assert.match(argv.join(" "), /--platform linux\/arm64 --target web -- \/site$/);
});

test("buildImageArgv() gives docker no variable that it reads itself, and no secret as a word", () => {
  const args = { HTTP_PROXY: "http://proxy.example.com:3128" };
  assert.match(
    buildImageArgv("buildx", { ...SPEC, args }).join(" "),
    /--build-arg HTTP_PROXY=http:\/\/proxy\.example\.com:3128 /,
  );
  assert.equal(buildEnvironment("buildx", args)["HTTP_PROXY"], undefined);
  assert.throws(
    () => buildImageArgv("buildx", { ...SPEC, args: { DOCKER_HOST: new Secret("x") } }),
    /Cannot build with the secret DOCKER_HOST/,
  );
});

test("chooseBuilder() takes the plugin, else the BuildKit of a client that brings it along", () => {
  assert.equal(chooseBuilder(true, "28.2.2"), "buildx");
  assert.equal(chooseBuilder(false, "28.2.2"), "classic");
  assert.equal(chooseBuilder(false, "20.10.24+dfsg1"), "buildkit");
  assert.equal(chooseBuilder(false, "18.06.1"), "classic");
  assert.equal(chooseBuilder(false, ""), "classic");
});
