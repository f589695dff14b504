import assert from "node:assert/strict";
import { test } from "node:test";
import { detectProgram } from "../../../lib/init/detect_program.ts";
import { folderOf } from "./folder_of.ts";

const json = (value: unknown) => JSON.stringify(value);

for (
  const [title, folder, expected] of [
    [
      "a start script of Node.js",
      folderOf({ "package.json": json({ scripts: { start: "node a.js" } }) }),
      [
        "Node.js",
        ["node", "a.js"],
        3000,
      ],
    ],
    ["a server.js without a script", folderOf({ "package.json": "{}", "server.js": "" }), [
      "Node.js",
      ["node", "server.js"],
      3000,
    ]],
    [
      "a main without its ending",
      folderOf({ "package.json": json({ main: "./lib/x" }), "lib/x.js": "" }),
      [
        "Node.js",
        ["node", "lib/x.js"],
        3000,
      ],
    ],
    [
      "a script that needs a shell",
      folderOf({
        "package.json": json({ scripts: { start: "npm run build && node a.js" } }),
        "server.js": "",
      }),
      ["Node.js", undefined, 3000],
    ],
    [
      "a script that sets variables",
      folderOf({
        "package.json": json({ scripts: { start: "A=b node a.js" } }),
      }),
      ["Node.js", undefined, 3000],
    ],
    ["a package.json that is not JSON", folderOf({ "package.json": "{" }), [
      "Node.js",
      undefined,
      3000,
    ]],
    [
      "a lock of Bun",
      folderOf({ "package.json": json({ module: "index.ts" }), "index.ts": "" }, ["bun.lock"]),
      [
        "Bun",
        ["bun", "index.ts"],
        3000,
      ],
    ],
    [
      "a start script of Bun",
      folderOf({ "package.json": json({ scripts: { start: "bun run x.ts" } }) }),
      [
        "Bun",
        ["bun", "run", "x.ts"],
        3000,
      ],
    ],
    [
      "deno.jsonc with comments",
      folderOf({
        "deno.jsonc":
          '{ // my app\n "tasks": { "start": "deno run -N https://a.b/c.ts", }, /* x */ }',
      }),
      ["Deno", ["deno", "run", "-N", "https://a.b/c.ts"], 8000],
    ],
    ["deno.json with main.ts", folderOf({ "deno.json": "{}", "main.ts": "" }), [
      "Deno",
      ["deno", "run", "-A", "main.ts"],
      8000,
    ]],
    ["go.mod", folderOf({ "go.mod": "" }), ["Go", undefined, 8080]],
    ["requirements.txt", folderOf({ "requirements.txt": "" }), ["Python", undefined, 8000]],
    ["pyproject.toml", folderOf({ "pyproject.toml": "" }), ["Python", undefined, 8000]],
    ["Gemfile", folderOf({ Gemfile: "" }), ["Ruby", undefined, 3000]],
    ["Cargo.toml", folderOf({ "Cargo.toml": "" }), ["Rust", undefined, 8080]],
    ["index.html", folderOf({ "index.html": "" }), ["static files", undefined, 80]],
  ] as const
) {
  test(`detectProgram() recognizes ${title}`, () => {
    const program = detectProgram(folder);
    assert.deepEqual([program?.language, program?.start, program?.port], expected);
  });
}

test("detectProgram() says nothing of a folder that it does not know", () => {
  assert.equal(detectProgram(folderOf({ "notes.html": "" })), undefined);
});
