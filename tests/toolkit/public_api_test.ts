/**
 * What a script gets from `@luma/cli`: every exported thing explains itself, with an example that compiles.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DENO = join(ROOT, "node_modules/.bin/deno");

interface Declaration {
  readonly kind: string;
  readonly jsDoc?: {
    readonly doc?: string;
    readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
  };
}

interface Exported {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

/** Runs Deno, and returns its standard output; fails with its own words unless it exits with 0. */
function deno(args: readonly string[], cwd = ROOT): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(DENO, args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`deno ${args.join(" ")}\n${stdout}${stderr}`, { cause: error }));
    });
  });
}

async function readExports(): Promise<readonly Exported[]> {
  const { nodes } = JSON.parse(await deno(["doc", "--json", "mod.ts"])) as {
    readonly nodes: Readonly<Record<string, { readonly symbols: readonly Exported[] }>>;
  };
  return Object.values(nodes).flatMap(({ symbols }) => symbols);
}

function examplesOf({ declarations }: Exported): readonly string[] {
  return declarations.flatMap(({ jsDoc }) =>
    (jsDoc?.tags ?? []).flatMap(({ kind, doc = "" }) => {
      const code = /```ts\n([\s\S]*?)\n```/.exec(doc)?.[1];
      return kind === "example" && code !== undefined ? [code] : [];
    })
  );
}

/** Gives `body` a folder outside of the checkout in which `@luma/cli` means its mod.ts. */
async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-examples-"));
  try {
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const imports = { "@luma/cli": pathToFileURL(join(ROOT, "mod.ts")).href };
    await writeFile(
      join(folder, "deno.json"),
      JSON.stringify({ imports, nodeModulesDir: "manual" }),
    );
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("mod.ts explains every export in a sentence, and functions and classes with an example", async () => {
  const symbols = await readExports();
  assert.ok(symbols.length > 20, `only ${symbols.length} exports were found`);
  const silent = symbols.filter(({ declarations }) =>
    declarations.every(({ jsDoc }) => (jsDoc?.doc ?? "").trim() === "")
  );
  assert.deepEqual(silent.map(({ name }) => name), []);
  const without = symbols.filter((symbol) =>
    symbol.declarations.some(({ kind }) => kind === "function" || kind === "class") &&
    examplesOf(symbol).length === 0
  );
  assert.deepEqual(without.map(({ name }) => name), []);
});

test("mod.ts has examples in its docstrings that compile", { timeout: 120_000 }, async () => {
  const symbols = await readExports();
  await withFolder(async (folder) => {
    const files = symbols.flatMap((symbol) =>
      examplesOf(symbol).map((code, index) => ({ name: `${symbol.name}_${index}.ts`, code }))
    );
    for (const { name, code } of files) await writeFile(join(folder, name), `${code}\n`);
    await deno(["check", "--quiet", ...files.map(({ name }) => name)], folder);
  });
});
