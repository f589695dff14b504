import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeFiles } from "../../../lib/init/write_files.ts";

test("writeFiles() writes through no link, and then nothing at all", async () => {
  const folder = await mkdtemp(join(tmpdir(), "luma-init-"));
  try {
    const [project, elsewhere] = [join(folder, "project"), join(folder, "elsewhere")];
    for (const each of [project, elsewhere]) await mkdir(each);
    await writeFile(join(elsewhere, "ignore"), "mine\n");
    await symlink(join(elsewhere, "ignore"), join(project, ".gitignore"));
    await symlink(elsewhere, join(project, ".luma"));
    for (const path of [".gitignore", ".luma/secrets"]) {
      await assert.rejects(
        writeFiles(project, [
          { path: "luma.yml", text: "name: a\n", action: "make", isSecret: false, purpose: "" },
          { path, text: "x\n", action: "change", isSecret: false, purpose: "" },
        ]),
        { message: /it is a link to another place$/, exitCode: 2 },
      );
    }
    assert.equal(existsSync(join(project, "luma.yml")), false);
    assert.equal(existsSync(join(elsewhere, "secrets")), false);
    assert.equal(await readFile(join(elsewhere, "ignore"), "utf8"), "mine\n");
  } finally {
    await rm(folder, { recursive: true });
  }
});
