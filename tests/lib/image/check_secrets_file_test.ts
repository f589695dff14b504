import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../../lib/error.ts";
import { checkBuildFiles } from "../../../lib/image/build_files.ts";

/** Checks a build of the folder `site`, which is beside `shared`. @returns What was refused. */
async function check(
  files: Readonly<Record<string, string>>,
  build: { readonly context?: string; readonly dockerfile?: string } = {},
): Promise<{ readonly message: string; readonly hint: string } | undefined> {
  const root = await mkdtemp(join(tmpdir(), "luma-secrets-"));
  try {
    const all = { "site/Dockerfile": "FROM a\nCOPY . .\n", "shared/x": "", ...files };
    for (const [path, text] of Object.entries(all)) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const { context = ".", dockerfile = "Dockerfile" } = build;
    await checkBuildFiles("web", { context, dockerfile, args: {} }, join(root, "site", "luma.yml"));
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

test("checkBuildFiles() goes by the Dockerfile's own ignore file, where it has one", async () => {
  const own = { ...SECRETS, "site/.dockerignore": ".luma\n" };
  const refused = await check({ ...own, "site/Dockerfile.dockerignore": "src\n" });
  assert.match(refused?.message ?? "", /: Dockerfile\.dockerignore does not leave it out$/);
  assert.equal(refused?.hint, "Add a line .luma to site/Dockerfile.dockerignore");
});

test("checkBuildFiles() knows the secrets from another folder, and what is outside of it", async () => {
  const above = await check(SECRETS, { context: "..", dockerfile: "site/Dockerfile" });
  assert.match(above?.message ?? "", /would hold site\/\.luma\/secrets, /);
  assert.equal(above?.hint, "Add a line site/.luma to .dockerignore");
  const beside = { ...SECRETS, "shared/Dockerfile": "FROM a\nCOPY . .\n" };
  assert.equal(await check(beside, { context: "../shared" }), undefined);
});
