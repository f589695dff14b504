import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseAppName,
  parseContainerName,
  parseProjectName,
  projectNameOf,
} from "../../../lib/config/parse_name.ts";

function fixOf(result: ReturnType<typeof parseAppName>): string | undefined {
  return result.ok ? undefined : result.fix ?? "none";
}

for (const name of ["a", "blog", "web-2", "plausible_db", "a--b", "3d", "x".repeat(40)]) {
  test(`parseContainerName() takes "${name}"`, () => {
    assert.deepEqual(parseContainerName(name), { ok: true, value: name });
  });
}

for (
  const [name, fix] of [
    ["Blog", "write blog"],
    ["My Blog", "write my-blog"],
    ["Über", "write uber"],
    ["-a", "write a"],
    ["a-", "write a"],
    ["a..b", "write a-b"],
    ["a.b", "write a-b"],
    ["a-_b", "write a-b"],
    ["$(rm)", "write rm"],
    ["x".repeat(41), `write ${"x".repeat(40)}`],
    ["80", 'write "app-80"'],
    ["0x7f", 'write "app-0x7f"'],
    ["localhost", "choose another name"],
    ["luma-proxy", "choose another name"],
    ["", "none"],
    ["..", "none"],
  ] as const
) {
  test(`parseContainerName() refuses ${JSON.stringify(name)}`, () => {
    assert.equal(fixOf(parseContainerName(name)), fix);
  });
}

for (const name of ["x-blue", "x-green", "x-blue-1", "x-green-12", "x-blue-temp", "x-temp"]) {
  test(`parseAppName() refuses "${name}", which is a container's or an alias's name`, () => {
    assert.match(fixOf(parseAppName(name)) ?? "", /does not end in -blue/);
  });
}

for (const name of ["blue", "green", "x-blues", "blue-x", "x-1", "temp"]) {
  test(`parseAppName() takes "${name}"`, () => {
    assert.equal(parseAppName(name).ok, true);
  });
}

for (const name of ["0-a", "0-luma-a", "0--x"]) {
  test(`parseProjectName() refuses "${name}", whose network sorts before the proxy's`, () => {
    assert.equal(fixOf(parseProjectName(name)), `write "project-${name}"`);
  });
}

for (const name of ["shop", "0", "0-z", "0-luma", "00", "1", "0a", "x".repeat(55)]) {
  test(`parseProjectName() takes "${name}"`, () => {
    assert.equal(parseProjectName(name).ok, true);
    assert.ok(`${name}-network` > "0-luma-ingress");
  });
}

test("parseProjectName() refuses a name whose network is no label of a host name", () => {
  assert.match(fixOf(parseProjectName("x".repeat(56))) ?? "", /^write x{55}$/);
});

for (
  const [folder, name] of [
    ["shop", "shop"],
    ["My Shop!", "my-shop"],
    ["Größe_2", "gro-e-2"],
    ["0 A", "project-0-a"],
    ["x".repeat(80), "x".repeat(55)],
    ["日本", undefined],
    ["", undefined],
  ] as const
) {
  test(`projectNameOf() is ${name ?? "nothing"}, for the folder ${JSON.stringify(folder)}`, () => {
    assert.equal(projectNameOf(folder), name);
    if (name !== undefined) assert.equal(parseProjectName(name).ok, true);
  });
}
