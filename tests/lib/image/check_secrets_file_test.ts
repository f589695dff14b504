import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Builder } from "../../../lib/docker/build_argv.ts";
import { UsageError } from "../../../lib/error.ts";
import { checkBuildFiles } from "../../../lib/image/build_files.ts";

interface Options {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly target?: string;
  /** What builds on this machine; none: nobody may ask. */
  readonly builder?: Builder;
  /** Symbolic links: where each is, and what stands in it. */
  readonly links?: Readonly<Record<string, string>>;
}

/** Checks a build of the folder `site`, which is beside `shared`. @returns What was refused. */
async function check(
  files: Readonly<Record<string, string>>,
  { builder, links = {}, ...build }: Options = {},
): Promise<{ readonly message: string; readonly hint: string } | undefined> {
  const root = await mkdtemp(join(tmpdir(), "luma-secrets-"));
  try {
    const all = { "site/Dockerfile": "FROM a\nCOPY . .\n", "shared/x": "", ...files };
    for (const [path, text] of Object.entries(all)) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), text);
    }
    for (const [path, target] of Object.entries(links)) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await symlink(target, join(root, path));
    }
    await checkBuildFiles(
      { name: "web", build: { context: ".", dockerfile: "Dockerfile", args: {}, ...build } },
      join(root, "site", "luma.yml"),
      () => builder === undefined ? Promise.reject(new Error("asked")) : Promise.resolve(builder),
    );
    return undefined;
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return { message: error.message, hint: error.hint?.replace(`${root}/`, "") ?? "" };
  } finally {
    await rm(root, { recursive: true });
  }
}

const SECRETS = { "site/.luma/secrets": "TOKEN=x" };

test("checkBuildFiles() refuses an image that would hold the secrets, and says what to add", async () => {
  assert.deepEqual(await check(SECRETS), {
    message:
      'Cannot build "web": its image would hold .luma/secrets, which `COPY . .` in Dockerfile ' +
      "copies: there is no .dockerignore",
    hint: "Add a line .luma to site/.dockerignore",
  });
  const other = await check({ ...SECRETS, "site/.dockerignore": "node_modules\n" });
  assert.match(other?.message ?? "", /: \.dockerignore does not leave it out$/);
});

test("checkBuildFiles() lets a build be that leaves the secrets out, or where there are none", async () => {
  assert.equal(await check({ ...SECRETS, "site/.dockerignore": ".luma\n" }), undefined);
  assert.equal(await check({}), undefined);
  assert.equal(await check({ ...SECRETS, "site/Dockerfile": "FROM a\nCOPY src .\n" }), undefined);
});

test("checkBuildFiles() goes by the Dockerfile's own ignore file, where BuildKit builds", async () => {
  const own = { ...SECRETS, "site/.dockerignore": ".luma\n" };
  for (const builder of ["buildx", "buildkit"] as const) {
    const refused = await check({ ...own, "site/Dockerfile.dockerignore": "src\n" }, { builder });
    assert.match(refused?.message ?? "", /: Dockerfile\.dockerignore does not leave it out$/);
    assert.equal(refused?.hint, "Add a line .luma to site/Dockerfile.dockerignore");
  }
  const left = { ...SECRETS, "site/Dockerfile.dockerignore": ".luma\n" };
  assert.equal(await check(left, { builder: "buildx" }), undefined);
});

test("checkBuildFiles() goes by .dockerignore alone, where the builder before BuildKit builds", async () => {
  const own = { ...SECRETS, "site/Dockerfile.dockerignore": ".luma\n" };
  const refused = await check(own, { builder: "classic" });
  assert.match(
    refused?.message ?? "",
    /: there is no \.dockerignore, and without BuildKit Dockerfile\.dockerignore does not count$/,
  );
  assert.equal(refused?.hint, "Add a line .luma to site/.dockerignore");
  const both = { ...own, "site/.dockerignore": ".luma\n" };
  assert.equal(await check(both, { builder: "classic" }), undefined);
});

test("checkBuildFiles() looks at the stage that is built", async () => {
  const text = "FROM a AS all\nCOPY . .\nFROM a\nCOPY --from=all /dist /dist\n";
  const files = { ...SECRETS, "site/Dockerfile": text };
  assert.equal(await check(files), undefined);
  assert.match(
    (await check(files, { target: "all" }))?.message ?? "",
    /`COPY \. \.` in Dockerfile/,
  );
});

for (
  const [where, links, path] of [
    ["out of the build's folder", { "site/.luma/secrets": "../../shared/secrets" }, undefined],
    ["out of it, as a folder", { "site/.luma": "../shared" }, undefined],
    ["into the build's folder", { "site/.luma/secrets": "../keys/env" }, "keys/env"],
  ] as const
) {
  test(`checkBuildFiles() follows a link that leads the secrets ${where}`, async () => {
    const files = { "shared/secrets": "TOKEN=x", "site/keys/env": "TOKEN=x" };
    const refused = await check(files, { links });
    if (path === undefined) return assert.equal(refused, undefined);
    assert.match(refused?.message ?? "", new RegExp(`would hold ${path}, `));
    assert.equal(refused?.hint, `Add a line ${path} to site/.dockerignore`);
  });
}

test("checkBuildFiles() knows the secrets from another folder, and what is outside of it", async () => {
  const above = await check(SECRETS, { context: "..", dockerfile: "site/Dockerfile" });
  assert.match(above?.message ?? "", /would hold site\/\.luma\/secrets, /);
  assert.equal(above?.hint, "Add a line site/.luma to .dockerignore");
  const beside = { ...SECRETS, "shared/Dockerfile": "FROM a\nCOPY . .\n" };
  assert.equal(await check(beside, { context: "../shared" }), undefined);
});
