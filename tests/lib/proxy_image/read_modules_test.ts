import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readModules, scanImports } from "../../../lib/proxy_image/read_modules.ts";

const ROOT = "https://example.com/luma/1.0.0/";
const REPOSITORY = new URL("../../..", import.meta.url);

test("scanImports() finds every form of import with a literal specifier, once", () => {
  const text = `#!/usr/bin/env bun
import process from "node:process";
import "./effect.ts";
import type { A } from './a.ts';
import {
  b1,
  type B2,
} from "./b.ts";
import * as c from "./c.ts";
export * from "./d.ts";
export { e } from "./e.ts";
export { type A } from "./a.ts";
const late = await import("./late.ts");
const later = () => import(
  "./later.ts"
);
`;
  assert.deepEqual(scanImports(text), [
    ...["node:process", "./effect.ts", "./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts"],
    ...["./late.ts", "./later.ts"],
  ]);
});

test("scanImports() leaves out comments, and words that only look like imports", () => {
  const text = `/**
 * import { x } from "./in_comment.ts";
 */
// import "./in_line.ts";
export const text = "imported from";
export type Direction = "./not_this.ts" | "from";
export function exported(from: string): string {
  return from + "./neither.ts";
}
const words = ["import", "./nor_this.ts"];
`;
  assert.deepEqual(scanImports(text), []);
});

test("readModules() follows imports from wherever the modules are, and reads each one once", async () => {
  const asked: string[] = [];
  const { files } = await readModules(ROOT, ["proxy/main.ts", "proxy/other.ts"], async (url) => {
    asked.push(url);
    return modules[url.slice(ROOT.length)] ?? "";
  });
  assert.deepEqual([...files.keys()], [
    ...["proxy/api.ts", "proxy/engine/head.ts", "proxy/main.ts", "proxy/other.ts"],
  ]);
  assert.equal(files.get("proxy/api.ts"), "export type Api = 1;");
  assert.equal(asked.length, 4);
});

test("readModules() refuses what cannot go along: a package, or a module outside", async () => {
  for (const specifier of ["zod", "https://example.com/x.ts", "../../elsewhere.ts"]) {
    await assert.rejects(
      readModules(ROOT, ["proxy/main.ts"], async () => `import "${specifier}";`),
      new RegExp(`proxy/main.ts": it imports "${specifier.replaceAll(".", "\\.")}" from outside`),
    );
  }
});

test("readModules() names the module that cannot be read, and why", async () => {
  await assert.rejects(
    readModules(ROOT, ["proxy/main.ts"], async () => {
      throw new Error("status 404");
    }),
    /Cannot read the proxy's module "https:\/\/example\.com\/.*\/proxy\/main\.ts": status 404/,
  );
});

test("readModules() can send the proxy as it is: it imports nothing but itself and node:", async () => {
  const entries = ["proxy/luma_health.ts", "proxy/luma_proxy.ts"];
  const { files } = await readModules(
    REPOSITORY.href,
    entries,
    (url) => readFile(fileURLToPath(url), "utf8"),
  );
  const imported = [...files.values()].flatMap(scanImports);
  assert.ok(files.size > entries.length);
  assert.deepEqual(imported.filter((specifier) => !/^(node:|\.)/.test(specifier)), []);
});

const modules: Readonly<Record<string, string>> = {
  "proxy/main.ts": `import { head } from "./engine/head.ts";\nimport type { Api } from "./api.ts";`,
  "proxy/other.ts": `const head = await import("./engine/head.ts");`,
  "proxy/engine/head.ts": `import net from "node:net";\nimport type { Api } from "../api.ts";`,
  "proxy/api.ts": "export type Api = 1;",
};
