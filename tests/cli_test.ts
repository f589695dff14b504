import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { findCarriedProgram } from "../cli.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What a process of Bun has loaded after luma ran with `word`; of a package its name alone. */
function listModules(word: string): readonly string[] {
  const script = `
    const { main } = await import("./cli.ts");
    const io = { out() {}, err() {}, env: {}, cwd: () => "/", isTerminal: false, columns: () => 80, person: { isThere: false } };
    await main([${JSON.stringify(word)}], io);
    console.log(JSON.stringify(Object.keys(require.cache)));`;
  const { stdout, stderr } = spawnSync(`${ROOT}node_modules/.bin/bun`, ["-e", script], {
    cwd: ROOT,
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  const paths = (JSON.parse(stdout) as string[]).filter((path) => !path.endsWith("[eval]"));
  const names = paths.map((path) => path.replaceAll("\\", "/").replace(ROOT, "")).map((path) =>
    // Each group of commands has a module of its own with its words.
    /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ??
      path.replace(/^lib\/cli\/add_\w+/, "lib/cli/add_*")
  );
  return [...new Set(names)].sort();
}

test("luma --version imports nothing but the version", () => {
  assert.deepEqual(listModules("--version"), ["cli.ts", "lib/version.ts"]);
});

test("luma --help imports the commands' words and their parser, and no command", () => {
  assert.deepEqual(listModules("--help"), [
    "@commander-js/extra-typings",
    "cli.ts",
    "commander",
    "lib/cli/add_*.ts",
    "lib/cli/log_options.ts",
    "lib/cli/run_command_line.ts",
    "lib/config/omit_undefined.ts",
    "lib/version.ts",
  ]);
});

test("findCarriedProgram() asks the first word, then the name, then the environment", () => {
  const cases = [
    [["deploy"], "/usr/local/bin/luma", {}, undefined],
    [["luma-proxy", "run"], "luma", {}, "luma-proxy"],
    [["luma-proxy", "run"], "luma-health", { LUMA_RUN_AS: "luma-health" }, "luma-proxy"],
    [["run"], "/usr/local/bin/luma-proxy", {}, "luma-proxy"],
    [["http://127.0.0.1/"], "luma-health", { LUMA_RUN_AS: "luma-proxy" }, "luma-health"],
    [["run"], "luma-proxy.exe", {}, "luma-proxy"],
    [["run"], "luma", { LUMA_RUN_AS: "luma-proxy" }, "luma-proxy"],
    [["run"], "luma", { LUMA_RUN_AS: "sh" }, undefined],
    [[], "luma-proxy-linux-x64", {}, undefined],
  ] as const;
  for (const [args, calledAs, env, expected] of cases) {
    assert.equal(
      findCarriedProgram(args, calledAs, env),
      expected,
      `${calledAs} ${args.join(" ")}`,
    );
  }
});
