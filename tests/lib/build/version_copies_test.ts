import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  checkNextVersion,
  readVersions,
  setVersion,
  VERSION_FILES,
} from "../../../lib/build/version_copies.ts";
import { VERSION } from "../../../lib/version.ts";
import { VERSION as PROXY_VERSION } from "../../../proxy/version.ts";

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");

test("every file that holds the version holds the same one", () => {
  const found = VERSION_FILES.map((file) => [file, ...readVersions(file, read(file))]);
  assert.deepEqual(found, [
    ["package.json", VERSION],
    ["package-lock.json", VERSION, VERSION],
    ["deno.json", VERSION],
    ["lib/version.ts", VERSION],
    ["proxy/version.ts", VERSION],
  ]);
  assert.equal(PROXY_VERSION, VERSION);
});

test("setVersion() changes the version of luma, and of nothing else", () => {
  for (const file of VERSION_FILES) {
    const before = read(file).split("\n");
    const after = setVersion(file, read(file), "99.0.0-rc.1").split("\n");
    const changed = after.filter((line, index) => line !== before[index]);
    assert.equal(changed.length, file === "package-lock.json" ? 2 : 1, file);
    for (const line of changed) assert.match(line, /version(": | = )"99\.0\.0-rc\.1"/i);
    assert.equal(setVersion(file, after.join("\n"), VERSION), before.join("\n"));
  }
});

test("setVersion() refuses a file in which the version is not where it was", () => {
  assert.throws(
    () => setVersion("deno.json", "{}\n", "1.0.0"),
    /Cannot find the version in deno\.json: it is there 0 times, not 1/,
  );
  assert.throws(() => setVersion("README.md", "", "1.0.0"), /README\.md: it is no file with/);
});

test("checkNextVersion() refuses an older version, as Semantic Versioning orders them", () => {
  const order = ["0.9.0", "0.10.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0-beta.2"]
    .concat(["1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "2.0.0"]);
  for (const [index, version] of order.entries()) {
    for (const [other, next] of order.entries()) {
      if (other >= index) checkNextVersion(next, version);
      else assert.throws(() => checkNextVersion(next, version), /it is older than/);
    }
  }
});

test("checkNextVersion() refuses what is no version", () => {
  for (const next of ["", "1.2", "v1.2.3", "1.02.3", "1.2.3 ", "1.2.3-", "1.2.3+4", "latest"]) {
    assert.throws(() => checkNextVersion(next, "0.1.0"), /: not a version$/);
  }
});
