import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NOBODY } from "../../../lib/commands/context.ts";
import { runCommandLine } from "../../../lib/cli/run_command_line.ts";
import { VERSION } from "../../../lib/version.ts";

const PROJECT = `name: site
apps:
  blog: { image: my-blog, proxy: { hosts: ["blog.com"] } }
`;

/** Runs luma in a folder of its own, with `luma.yml` in it. */
async function luma(args: readonly string[], yaml: string | undefined = PROJECT) {
  const folder = await mkdtemp(join(tmpdir(), "luma-cli-"));
  if (yaml !== "") await writeFile(join(folder, "luma.yml"), yaml);
  let out = "";
  let err = "";
  try {
    const code = await runCommandLine(args, {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      env: {},
      cwd: () => folder,
      isTerminal: false,
      columns: () => 80,
      person: NOBODY,
    });
    return { code, out, err };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("runCommandLine() prints version and help, and exits with 0", async () => {
  assert.deepEqual(await luma(["--version"]), { code: 0, out: `${VERSION}\n`, err: "" });
  const { code, out } = await luma(["--help"]);
  assert.equal(code, 0);
  for (const command of ["deploy", "plan", "status", "setup", "lock"]) {
    assert.match(out, new RegExp(`^  ${command}`, "m"));
  }
});

test("runCommandLine() exits with 2 and a suggestion for words that it does not know", async () => {
  const command = await luma(["deplyo"]);
  assert.equal(command.code, 2);
  assert.match(
    command.err,
    /Error: Unknown command "deplyo"\n {2}→ Did you mean deploy\?\n {2}→ See: luma --help/,
  );
  const option = await luma(["deploy", "--dry-rum"]);
  assert.equal(option.code, 2);
  assert.match(option.err, /Did you mean --dry-run\?\n {2}→ See: luma deploy --help/);
  const group = await luma(["lock"]);
  assert.equal(group.code, 2);
  assert.match(group.err, /Missing a command after "luma lock"\n {2}→ It takes: status, release/);
});

test("runCommandLine() prints its help where nothing is asked for, and exits with 0", async () => {
  const { code, out, err } = await luma([]);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^Usage: luma /);
});

test("runCommandLine() prints a usage error as one event of JSON where that is asked for", async () => {
  for (const args of [["deplyo", "--json"], ["--json", "deploy", "--fource"], ["lock", "--json"]]) {
    const { code, out, err } = await luma(args);
    assert.deepEqual([code, err, JSON.parse(out).kind, JSON.parse(out).exitCode], [
      2,
      "",
      "error",
      2,
    ]);
  }
});

test("runCommandLine() exits with 2 for an app that is not in luma.yml, and suggests one", async () => {
  for (const command of ["deploy", "plan", "status"]) {
    const { code, err } = await luma([command, "blgo"]);
    assert.equal(code, 2, command);
    assert.match(err, /Unknown app "blgo"[^]*Did you mean "blog"\?/);
  }
});

test("runCommandLine() exits with 2 where there is no luma.yml, and says where it looked", async () => {
  const { code, err, out } = await luma(["deploy"], "");
  assert.equal(code, 2);
  assert.match(err, /there is no luma\.yml in /);
  assert.equal(out, "");
});

test("runCommandLine() lists every problem of luma.yml, and exits with 2", async () => {
  const broken = `apps:\n  blog: { imagee: my-blog, replicas: 0 }\n`;
  const { code, err } = await luma(["deploy"], broken);
  assert.equal(code, 2);
  assert.match(err, /imagee/);
  assert.match(err, /replicas/);
});

test("runCommandLine() exits with 2 for what this version cannot do yet", async () => {
  const yaml = `apps:\n  blog: { image: x, servers: [a, b] }\n`;
  const { code, err } = await luma(["deploy"], yaml);
  assert.equal(code, 2);
  assert.match(err, /several servers/);
});

test("runCommandLine() prints an error as one event of JSON where that is asked for", async () => {
  const { code, out, err } = await luma(["--json", "deploy", "blgo"]);
  assert.equal(code, 2);
  assert.equal(err, "");
  const event = JSON.parse(out);
  assert.deepEqual([event.kind, event.exitCode], ["error", 2]);
  assert.match(event.message, /Unknown app "blgo"/);
});

test("runCommandLine() gives a program the problems of luma.yml one by one", async () => {
  const broken = `apps:\n  blog: { imagee: my-blog, image: x, replicas: 0 }\n`;
  const { out } = await luma(["--json", "deploy"], broken);
  const { problems } = JSON.parse(out);
  assert.deepEqual(
    problems.map(({ line, column, path }: Record<string, unknown>) => [line, column, path]),
    [[2, 11, "apps.blog.imagee"], [2, 48, "apps.blog.replicas"]],
  );
});

const HOSTILE = [
  "-rf: { image: x }",
  "a;b: { image: x }",
  '"$(touch /tmp/x)": { image: x }',
  "Blog: { image: x }",
  "müller: { image: x }",
  `${"x".repeat(200)}: { image: x }`,
  "x-blue: { image: x }",
  'blog: { image: "-rf" }',
  'blog: { image: "x;reboot" }',
  'blog: { image: x, proxy: { hosts: ["$(x)"] } }',
];

for (const app of HOSTILE) {
  test(`runCommandLine() refuses ${app.slice(0, 40)} before anything is contacted`, async () => {
    const { code, err, out } = await luma(["deploy"], `apps:\n  ${app}\n`);
    assert.equal(code, 2, out);
    assert.match(err, /^Error: Cannot use luma\.yml: 1 problem\nluma\.yml:2:\d+ apps/);
    assert.equal(out, "");
  });
}

test("runCommandLine() takes global options on both sides of the command", async () => {
  for (const args of [["--json", "status", "blgo"], ["status", "blgo", "--json"]]) {
    assert.equal(JSON.parse((await luma(args)).out).kind, "error");
  }
});

test("runCommandLine() prints its own version, and leaves a command's `--version` to that", async () => {
  for (const args of [["--version"], ["-V"], ["--json", "--version"], ["-c", "luma.yml", "-V"]]) {
    const { code, out } = await luma(args);
    assert.deepEqual([code, out], [0, `${VERSION}\n`], args.join(" "));
  }
  const { code, err } = await luma(["--json", "deploy", "--version", "a b"]);
  assert.equal(code, 2, err);
});
