import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeSbom, type PackageLock } from "../../../lib/build/sbom.ts";

const lock: PackageLock = {
  packages: {
    "": { name: "@luma/cli", license: "MIT", dependencies: { "@x/y": "1.0.0" } },
    "node_modules/@x/y": {
      ...{ version: "1.0.0", license: "ISC", integrity: "sha512-AAH/" },
      dependencies: { z: "^2" },
    },
    "node_modules/@x/y/node_modules/z": { version: "2.0.0", license: "MIT" },
    "node_modules/z": { version: "2.0.0", license: "MIT" },
    "node_modules/bun": { version: "9.9.9", dev: true },
  },
};
const options = { version: "1.2.3", bunVersion: "9.9.9", date: new Date(0), lock };

test("makeSbom() lists the packages that are bundled and Bun, each once", () => {
  const sbom = makeSbom(options);
  assert.deepEqual(sbom.metadata, {
    timestamp: "1970-01-01T00:00:00.000Z",
    component: {
      ...{ type: "application", "bom-ref": "pkg:npm/%40luma/cli@1.2.3", name: "@luma/cli" },
      ...{ version: "1.2.3", purl: "pkg:npm/%40luma/cli@1.2.3" },
      licenses: [{ expression: "MIT" }],
    },
  });
  assert.deepEqual(sbom.components.map(({ type, purl }) => `${type} ${purl}`), [
    "library pkg:npm/%40x/y@1.0.0",
    "library pkg:npm/z@2.0.0",
    "platform pkg:npm/bun@9.9.9",
  ]);
  const [first] = sbom.components;
  assert.deepEqual(first?.licenses, [{ expression: "ISC" }]);
  assert.deepEqual(first?.hashes, [{ alg: "SHA-512", content: "0001ff" }]);
});

test("makeSbom() says what depends on what", () => {
  assert.deepEqual(makeSbom(options).dependencies, [
    {
      ref: "pkg:npm/%40luma/cli@1.2.3",
      dependsOn: ["pkg:npm/%40x/y@1.0.0", "pkg:npm/bun@9.9.9"],
    },
    { ref: "pkg:npm/%40x/y@1.0.0", dependsOn: ["pkg:npm/z@2.0.0"] },
    { ref: "pkg:npm/z@2.0.0", dependsOn: [] },
    { ref: "pkg:npm/bun@9.9.9", dependsOn: [] },
  ]);
});

test("makeSbom() has a serial number that is a UUID, and its content's own", () => {
  const { serialNumber } = makeSbom(options);
  assert.match(serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  assert.equal(serialNumber.length, "urn:uuid:".length + 36);
  assert.equal(makeSbom({ ...options, date: new Date(1) }).serialNumber, serialNumber);
  assert.notEqual(makeSbom({ ...options, bunVersion: "9.9.8" }).serialNumber, serialNumber);
});

test("makeSbom() lists every dependency of this project, with hash and license", () => {
  const read = (file: string) =>
    JSON.parse(readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8"));
  const { components } = makeSbom({ ...options, lock: read("package-lock.json") });
  const names = components.map(({ name }) => name);
  for (const name of Object.keys(read("package.json").dependencies)) {
    assert.ok(names.includes(name), name);
  }
  for (const name of Object.keys(read("package.json").devDependencies)) {
    assert.ok(name === "bun" || !names.includes(name), name);
  }
  const libraries = components.filter(({ type }) => type === "library");
  assert.ok(libraries.every(({ licenses }) => licenses?.length === 1));
  assert.ok(libraries.every(({ hashes }) => hashes?.[0]?.content.length === 128));
});
