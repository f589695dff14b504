import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LumaError, UsageError } from "../../../lib/error.ts";
import { ConfigError } from "../../../lib/config/config_error.ts";
import { type ConfigFiles, decodeText, DISK_FILES } from "../../../lib/config/config_files.ts";
import { formatProblems } from "../../../lib/config/format_problems.ts";
import { loadConfig, loadConfigIfThere } from "../../../lib/config/load_config.ts";

const WEB = "apps: { web: { image: x, environment: { secret: [TOKEN] } } }\n";

/** Files by absolute path; those in `open` are readable by others. */
function filesOf(
  texts: Readonly<Record<string, string>>,
  open: readonly string[] = [],
): ConfigFiles {
  return {
    readText: (path) => Promise.resolve(texts[path]),
    isThere: (path) => Promise.resolve(path in texts),
    isReadableByOthers: (path) => Promise.resolve(open.includes(path)),
  };
}

test("loadConfig() reads luma.yml and the secrets beside it; the folder names the project", async () => {
  const files = filesOf({ "/p/Shop 2/luma.yml": WEB, "/p/Shop 2/.luma/secrets": "TOKEN=abc\n" });
  const config = await loadConfig({ cwd: "/p/Shop 2", env: { TOKEN: "env" }, files });
  assert.equal(config.file, "/p/Shop 2/luma.yml");
  assert.equal(config.name, "shop-2");
  assert.equal(config.apps[0]?.secrets.TOKEN?.reveal(), "abc");
  assert.deepEqual(config.warnings, []);
});

test("loadConfig() reads the file of -c, with the secrets beside that file", async () => {
  const files = filesOf({
    "/p/a/prod.yml": WEB,
    "/p/a/.luma/secrets": "TOKEN=abc\n",
    "/p/luma.yml": "",
  });
  const config = await loadConfig({ file: "a/prod.yml", cwd: "/p", env: {}, files });
  assert.equal(config.file, "/p/a/prod.yml");
  assert.equal(config.name, "a");
});

test("loadConfig() takes luma.yaml, and luma.yml before it with a warning", async () => {
  const env = { TOKEN: "t" };
  const yaml = await loadConfig({ cwd: "/p", env, files: filesOf({ "/p/luma.yaml": WEB }) });
  assert.equal(yaml.file, "/p/luma.yaml");
  const both = await loadConfig({
    cwd: "/p",
    env,
    files: filesOf({ "/p/luma.yaml": WEB, "/p/luma.yml": WEB }),
  });
  assert.equal(both.file, "/p/luma.yml");
  assert.equal(formatProblems(both.warnings), "luma.yaml:1:1: not read: luma.yml is there too");
});

test("loadConfig() looks in no folder further up", async () => {
  await assert.rejects(
    loadConfig({ cwd: "/p/sub", env: {}, files: filesOf({ "/p/luma.yml": WEB }) }),
    (error) =>
      error instanceof UsageError && error.exitCode === 2 &&
      error.message === "Cannot load a project: there is no luma.yml in /p/sub" &&
      error.hint === "There is one in /p: go there, or name it: luma -c ../luma.yml",
  );
});

test("loadConfig() names the command that makes a luma.yml, where there is none", async () => {
  await assert.rejects(
    loadConfig({ cwd: "/p/sub", env: {}, files: filesOf({}) }),
    (error) => error instanceof UsageError && /luma init/.test(error.hint ?? ""),
  );
});

test("loadConfig() says so, when the file of -c is not there", async () => {
  await assert.rejects(
    loadConfig({ file: "x.yml", cwd: "/p", env: {}, files: filesOf({}) }),
    (error) =>
      error instanceof UsageError &&
      /^Cannot load x\.yml: there is no such file$/.test(error.message),
  );
});

test("loadConfig() lists the problems of both files at once, by names that can be opened", async () => {
  const files = filesOf({
    "/p/a/luma.yml": "apps: { web: { image: x, replicas: two } }\n",
    "/p/a/.luma/secrets": "TOKEN hunter2\n",
  });
  await assert.rejects(loadConfig({ file: "a/luma.yml", cwd: "/p", env: {}, files }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(
      error.message,
      "Cannot use a/.luma/secrets and a/luma.yml: 2 problems\n" +
        "a/.luma/secrets:1:1: expected NAME=value or a comment\n" +
        "  fix: write a value of several lines in double quotes on one line, with \\n between\n" +
        'a/luma.yml:1:36 apps.web.replicas: expected a whole number of 1 or more, got "two"\n' +
        "  fix: write a number, such as 1",
    );
    const shown = formatProblems(error.problems, error.sources);
    assert.match(shown, /^ {4}1 \| apps: .*\n.*\^\n {2}fix: write a number/m);
    assert.doesNotMatch(shown, /hunter2/);
    return true;
  });
});

test("loadConfig() warns, when others can read the secrets", async () => {
  const path = "/p/.luma/secrets";
  const files = filesOf({ "/p/luma.yml": WEB, [path]: "TOKEN=hunter2 # x\n" }, [path]);
  const { warnings } = await loadConfig({ cwd: "/p", env: {}, files });
  assert.equal(
    formatProblems(warnings),
    ".luma/secrets:1:1: other users of this machine can read the secrets\n  fix: chmod 600 .luma/secrets\n" +
      ".luma/secrets:1:1 TOKEN: a # within the line is part of the value\n  fix: put the value in quotes",
  );
});

test("loadConfig() reads a real folder, and its secrets' mode", async () => {
  const folder = await mkdtemp(join(tmpdir(), "luma-config-"));
  try {
    await mkdir(join(folder, ".luma"));
    await writeFile(join(folder, "luma.yml"), `name: shop\n${WEB}`);
    const secrets = join(folder, ".luma", "secrets");
    await writeFile(secrets, "TOKEN=t\n");
    await chmod(secrets, 0o600);
    assert.deepEqual((await loadConfig({ cwd: folder, env: {} })).warnings, []);
    await chmod(secrets, 0o640);
    const { warnings } = await loadConfig({ cwd: folder, env: {} });
    assert.match(warnings[0]?.message ?? "", /other users/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("DISK_FILES.readText() is undefined for no file, and an error for a folder", async () => {
  assert.equal(
    await DISK_FILES.readText(join(tmpdir(), "luma-config-none", "luma.yml")),
    undefined,
  );
  await assert.rejects(
    DISK_FILES.readText(tmpdir()),
    (error) =>
      error instanceof LumaError && error.exitCode === 2 &&
      error.message === `Cannot read ${tmpdir()}: it is a folder` && error.hint !== undefined,
  );
});

test("loadConfigIfThere() gives nothing where the folder has no luma.yml, and none was named", async () => {
  const files = filesOf({ "/p/luma.yml": WEB });
  const env = { TOKEN: "env" };
  assert.equal(await loadConfigIfThere({ cwd: "/p/sub", env, files }), undefined);
  assert.equal((await loadConfigIfThere({ cwd: "/p", env, files }))?.file, "/p/luma.yml");
  const named = loadConfigIfThere({ file: "prod.yml", cwd: "/p", env, files });
  await assert.rejects(named, /Cannot load prod\.yml: there is no such file/);
});

const BYTES = [
  ["Latin 1", [0x61, 0x0a, 0x62, 0xe9, 0x0a], /: line 2 is not text in UTF-8$/],
  ["UTF-16", [0xff, 0xfe, 0x61, 0x00], /: it is in UTF-16$/],
  ["a program", [0x7f, 0x45, 0x4c, 0x46, 0x00, 0x01], /: line 1 is not text in UTF-8$/],
] as const;

for (const [what, bytes, expected] of BYTES) {
  test(`decodeText() refuses ${what}, and says how to mend it`, () => {
    assert.throws(() => decodeText(Uint8Array.from(bytes), "/p/luma.yml"), (error) => {
      assert.ok(error instanceof LumaError && error.exitCode === 2);
      assert.match(error.message, expected);
      assert.match(error.hint ?? "", /UTF-8/);
      return true;
    });
  });
}

test("decodeText() takes UTF-8 with a byte order mark, and leaves that to the reader", () => {
  assert.equal(decodeText(new TextEncoder().encode("\uFEFFname: müsli"), "x"), "\uFEFFname: müsli");
});
