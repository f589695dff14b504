/**
 * The rules of DESIGN and STYLE that a machine can check, each as one test that names what breaks it.
 *
 * The rule: a rule that matters is here, not in prose alone.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SKIPPED = /(^|\/)(node_modules|dist|\.git)(\/|$)/;
/** The files whose first line of output is a person's: they may use `console`. */
const ENTRIES = ["cli.ts", "mod.ts", "proxy/luma_proxy.ts", "proxy/luma_health.ts"];
/** The modules that ask which runtime they run in. */
const RUNTIME_MODULES = /(^|\/)runtime\.ts$|^lib\/build\/build\.ts$/;

interface Source {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments, and with empty strings. */
  readonly code: string;
}

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !SKIPPED.test(path));

const SOURCES: readonly Source[] = FILES.filter((path) => path.endsWith(".ts")).sort().map(
  (path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    return { path, text, code: withoutStrings(withoutComments(text)) };
  },
);

/** What ships: the program itself. */
const PROGRAM = SOURCES.filter(({ path }) => /^(lib|proxy)\//.test(path) || isEntry(path));

test("lib/ takes nothing of proxy/ but the types of its API", () => {
  const broken = importsOf(/^lib\//).filter(({ target, typeOnly }) =>
    target.startsWith("proxy/") && !(target === "proxy/api.ts" && typeOnly)
  );
  assert.deepEqual(broken.map(formatImport), []);
});

test("proxy/ imports node and itself alone", () => {
  const broken = importsOf(/^proxy\//).filter(({ target }) => !/^(node:|proxy\/)/.test(target));
  assert.deepEqual(broken.map(formatImport), []);
});

test("what plans takes nothing that has an effect", () => {
  const effects = /^(node:|lib\/(commands|execute|lock|report)\/)/;
  const broken = importsOf(/^lib\/(plan|removal)\//).filter(({ target, typeOnly }) =>
    effects.test(target) && !typeOnly
  );
  assert.deepEqual(broken.map(formatImport), []);
});

test("nothing that ships imports tests or examples", () => {
  const broken = importsOf(/^(lib|proxy)\/|^[^/]+$/).filter(({ target }) =>
    /^(tests|examples)\//.test(target)
  );
  assert.deepEqual(broken.map(formatImport), []);
});

test("every import is relative with .ts, of node, or of a package in package.json", () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  ) as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
  const packages = Object.keys({ ...dependencies, ...devDependencies });
  const broken = importsOf(/./).filter(({ path, from }) => {
    // A script of the examples is a user's: it has luma as a package.
    if (from.startsWith("node:") || (path.startsWith("examples/") && from === "@luma/cli")) {
      return false;
    }
    if (from.startsWith(".")) return !/\.(ts|json)$/.test(from);
    return !packages.some((name) => from === name || from.startsWith(`${name}/`));
  });
  assert.deepEqual(broken.map(formatImport), []);
});

test("the entries of package.json's dependencies are each imported behind one folder", () => {
  const folders = new Map<string, Set<string>>();
  for (const { path, from } of importsOf(/^(lib|proxy)\/|^[^/]+$/)) {
    if (from.startsWith(".") || from.startsWith("node:")) continue;
    folders.set(from, (folders.get(from) ?? new Set()).add(dirname(path)));
  }
  const broken = [...folders].filter(([, where]) => where.size > 1).map(([from, where]) =>
    `${from}: ${[...where].join(", ")}`
  );
  assert.deepEqual(broken, []);
});

test("console is used by the reporters and the entries alone", () => {
  const broken = PROGRAM.filter(({ path, code }) =>
    /\bconsole\s*\./.test(code) && !path.startsWith("lib/report/") && !isEntry(path)
  );
  assert.deepEqual(paths(broken), []);
});

test("the globals of a runtime are used behind one module alone", () => {
  const broken = SOURCES.filter(({ path, code }) =>
    /\b(Bun|Deno)\s*(\.|\?\.)/.test(code) && !RUNTIME_MODULES.test(path)
  );
  assert.deepEqual(paths(broken), []);
});

test("docker's words are in lib/docker/, ssh's in lib/ssh/", () => {
  const broken = PROGRAM.flatMap(({ path, text }) =>
    (["docker", "ssh"] as const)
      .filter((word) => new RegExp(`\\[\\s*"${word}"\\s*,`).test(withoutComments(text)))
      .filter((word) => path.startsWith("lib/") && !path.startsWith(`lib/${word}/`))
      .map((word) => `${path}: ${word}`)
  );
  assert.deepEqual(broken, []);
});

test("a file has 300 lines at most, a test 400", () => {
  const broken = SOURCES.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ path, lines }) => lines > (path.startsWith("tests/") ? 400 : 300));
  assert.deepEqual(broken.map(({ path, lines }) => `${path}: ${lines} lines`), []);
});

test("a function has 40 lines and 3 parameters at most", () => {
  const broken = PROGRAM.flatMap(({ path, code }) =>
    functionsIn(code)
      .filter(({ lines, parameters }) => lines > 40 || parameters > 3)
      .map(({ name, lines, parameters }) =>
        `${path}: ${name}() has ${lines} lines and ${parameters} parameters`
      )
  );
  assert.deepEqual(broken, []);
});

test("every file of the program says what it is for, with @module", () => {
  const broken = PROGRAM.filter(({ text }) =>
    !/^(#![^\n]*\n)?\/\*\*\n(?: \*[^\n]*\n)+? \* @module\n \*\/\n/.test(text)
  );
  assert.deepEqual(paths(broken), []);
});

test("everything that is exported has a docstring", () => {
  const broken = PROGRAM.flatMap(({ path, text }) => {
    const lines = text.split("\n");
    return lines.flatMap((line, index) => {
      const name = /^export (?:async |abstract )?(?:function\*?|class|interface|type|const) (\w+)/
        .exec(line)?.[1];
      const former = lines[index - 1] ?? "";
      // One docstring may stand over several constants of a line each.
      const told = former.endsWith("*/") || /^export const .*;$/.test(former);
      return name !== undefined && !told ? [`${path}: ${name}`] : [];
    });
  });
  assert.deepEqual(broken, []);
});

test("no default export, no any, nothing left open", () => {
  const open = /\bTODO\b|\bFIXME\b|\bXXX\b|[Nn]ot (yet )?implemented/;
  const others = SOURCES.filter(({ path }) => path !== "tests/architecture_test.ts");
  const broken = others.flatMap(({ path, text, code }) => [
    ...(/^export default\b/m.test(code) ? [`${path}: default export`] : []),
    ...(/: any\b|\bas any\b|<any>/.test(code) ? [`${path}: any`] : []),
    ...(/@ts-(ignore|nocheck|expect-error)/.test(text) ? [`${path}: silences the compiler`] : []),
    ...(open.test(text) ? [`${path}: something left open`] : []),
  ]);
  assert.deepEqual(broken, []);
});

test("files have names in snake_case that say what they hold", () => {
  const broken = SOURCES.map(({ path }) => path).filter((path) =>
    !/^[a-z0-9_]+(\.d)?\.ts$/.test(basename(path)) ||
    /(^|[/_])(index|utils?|helpers?|managers?|misc|common)(_|\.|\/)/.test(path)
  );
  assert.deepEqual(broken, []);
});

test("tests are flat and none is left out", () => {
  const broken = SOURCES.filter(({ path, code }) =>
    path.endsWith("_test.ts") &&
    /\btest\.(skip|only|todo)\(|^(describe|before|beforeEach|after|afterEach|it)\(/m.test(code)
  );
  assert.deepEqual(paths(broken), []);
});

test("no file names the machine or the registry it was written with", () => {
  const words = new RegExp(["/wor" + "k/", "registry\\.npm" + "js", "deb\\.deb" + "ian"].join("|"));
  const texts = FILES.filter((path) =>
    /(\.(ts|md|yml|yaml|json|sh)|Dockerfile|\/run|\/demo|\/build)$/.test(path) &&
    basename(path) !== "package-lock.json"
  );
  const broken = texts.filter((path) => words.test(readText(path)));
  assert.deepEqual(broken, []);
});

function isEntry(path: string): boolean {
  return ENTRIES.includes(path);
}

function paths(sources: readonly Source[]): readonly string[] {
  return sources.map(({ path }) => path);
}

/** A file's text; nothing for a folder that is called like one. */
function readText(path: string): string {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "EISDIR") return "";
    throw error;
  }
}

/** The imports of the sources whose path matches, each with the file it means. */
function importsOf(path: RegExp) {
  return SOURCES.filter((source) => path.test(source.path)).flatMap((source) =>
    parseImports(withoutComments(source.text)).map((found) => ({
      ...found,
      path: source.path,
      target: found.from.startsWith(".")
        ? normalize(join(dirname(source.path), found.from)).replaceAll("\\", "/")
        : found.from,
    }))
  );
}

function formatImport({ path, from }: { readonly path: string; readonly from: string }): string {
  return `${path} imports ${from}`;
}

function parseImports(code: string): readonly Import[] {
  const statements = /^(import|export)( type)?\b(?:[^;"'=()]*?\bfrom)?\s*["']([^"']+)["']/gm;
  const calls = /\bimport\(\s*["']([^"']+)["']/g;
  return [
    ...[...code.matchAll(statements)].map((match) => ({
      from: match[3] ?? "",
      typeOnly: match[2] !== undefined,
    })),
    ...[...code.matchAll(calls)].map((match) => ({ from: match[1] ?? "", typeOnly: false })),
  ];
}

/** The functions and methods of formatted code: each ends with a brace at its own indentation. */
function functionsIn(code: string) {
  const lines = code.split("\n");
  return lines.flatMap((line, index) => {
    const match =
      /^( {0,2})(?:export |async |static |private |override |get |set |function\*? )*(#?\w+)(?:<.*>)?\(/
        .exec(line);
    if (!match || /^ {0,2}(if|for|while|switch|return|super|test|catch)\b/.test(line)) return [];
    const indent = match[1] ?? "";
    const after = lines.slice(index);
    // A call looks alike, but its line, or the one that closes its parentheses, ends otherwise.
    const head = /\(\{?$/.test(line)
      ? after.slice(1).find((end) => end.startsWith(`${indent})`) || end.startsWith(`${indent}}`))
      : line;
    const length = after.findIndex((end) => end === `${indent}}`) + 1;
    const isFunction = indent !== "" || line.includes("function");
    if (!head?.endsWith("{") || !isFunction || length === 0) return [];
    const text = after.slice(0, length).join("\n");
    return [{ name: match[2] ?? "", lines: length, parameters: countParameters(text) }];
  });
}

/** Counts what stands between the first parentheses, at their own depth. */
function countParameters(text: string): number {
  let depth = 0;
  let commas = 0;
  let last = "";
  for (const character of text.slice(text.indexOf("(")).replaceAll("=>", "")) {
    if ("([{<".includes(character)) depth++;
    if (")]}>".includes(character) && --depth === 0) break;
    if (character === "," && depth === 1) commas++;
    if (!/\s/.test(character)) last = character;
  }
  if (last === "(") return 0;
  return last === "," ? commas : commas + 1;
}

function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (comment, string?: string) => string ?? comment.replace(/[^\n]/g, ""),
  );
}

function withoutStrings(code: string): string {
  return code.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""');
}
