import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { NOBODY, type Person } from "../../../lib/commands/context.ts";
import { runCommandLine } from "../../../lib/cli/run_command_line.ts";
import { loadConfig } from "../../../lib/config/load_config.ts";

type Files = Readonly<Record<string, string>>;

/** A folder called `blog` with `files`. */
async function withFolder(files: Files, body: (folder: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), "luma-init-"));
  const folder = join(parent, "blog");
  try {
    await mkdir(folder);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await body(folder);
  } finally {
    await rm(parent, { recursive: true });
  }
}

async function luma(folder: string, args: readonly string[], person: Person = NOBODY) {
  let out = "";
  let err = "";
  const code = await runCommandLine(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: {},
    cwd: () => folder,
    isTerminal: false,
    columns: () => 80,
    person,
  });
  return { code, out, err };
}

/** Somebody who gives these answers, one after the other. */
function personWho(...answers: readonly string[]): Person & { readonly asked: readonly string[] } {
  const left = [...answers];
  const asked: string[] = [];
  return {
    isThere: true,
    asked,
    ask: (question) => {
      asked.push(question);
      const answer = left.shift();
      return answer === undefined
        ? Promise.reject(new Error(`nobody answers "${question}"`))
        : Promise.resolve(answer);
    },
  };
}

const DOCKERFILE = { Dockerfile: "FROM a\nEXPOSE 3000\n", "server.js": "'/up'" };
const BUN = { "package.json": "{}", "bun.lock": "", "index.ts": "'/up'" };

test("luma init writes luma.yml, secrets and what keeps them out, and says what to type next", async () => {
  await withFolder(DOCKERFILE, async (folder) => {
    const { code, out, err } = await luma(folder, ["init"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^Found a Dockerfile, port 3000, \/up in server\.js$/m);
    assert.match(out, /Next:\n {2}luma plan .*\n {2}luma setup .*\n {2}luma deploy .*\n$/);
    const config = await loadConfig({ cwd: folder, env: {} });
    assert.deepEqual([config.name, config.apps[0]?.name, config.warnings], ["blog", "blog", []]);
    assert.equal(await readFile(join(folder, ".gitignore"), "utf8"), ".luma/secrets\n");
    assert.match(await readFile(join(folder, ".dockerignore"), "utf8"), /^\.luma$/m);
    const { mode } = await stat(join(folder, ".luma/secrets"));
    if (process.platform !== "win32") assert.equal(mode & 0o777, 0o600);
  });
});

test("luma init asks only what it has to, and asks again for what it cannot use", async () => {
  await withFolder(DOCKERFILE, async (folder) => {
    const person = personWho(
      "ssh://root@a",
      "root@203.0.113.5",
      "https://blog.example.com/",
      "Blog.example.com",
    );
    const { code } = await luma(folder, ["init"], person);
    assert.equal(code, 0);
    assert.deepEqual(person.asked.map((text) => text.replaceAll(/\n.*|,.*/g, "")), [
      "Server",
      "  expected a server without ssh://",
      "Host name",
      "  expected a host name alone",
    ]);
    const config = await loadConfig({ cwd: folder, env: {} });
    assert.deepEqual(config.apps[0]?.proxy?.hosts, ["blog.example.com"]);
    assert.deepEqual(config.servers.map(({ name }) => name), ["203.0.113.5"]);
  });
});

test("luma init asks for the port where nothing says it, and takes Enter for the usual one", async () => {
  await withFolder({ "go.mod": "" }, async (folder) => {
    const person = personWho("", "", "70000", "");
    assert.equal((await luma(folder, ["init"], person)).code, 0);
    assert.match(person.asked[2] ?? "", /^Port .* 8080/);
    assert.match(person.asked[3] ?? "", /^ {2}expected a port from 1 to 65535, got "70000"\nPort/);
    assert.equal((await loadConfig({ cwd: folder, env: {} })).apps[0]?.proxy?.appPort, 8080);
  });
});

test("luma init asks nothing with every option, with --yes, or where nobody is there", async () => {
  const all = [
    "--server",
    "a",
    "--host",
    "b.com",
    "--port",
    "80",
    "--image",
    "acme/blog:1",
    "--name",
    "x",
  ];
  for (const args of [all, ["--yes"]]) {
    await withFolder({ "package.json": "{}" }, async (folder) => {
      const person = personWho();
      assert.deepEqual([await luma(folder, ["init", ...args], person), person.asked].length, 2);
      assert.deepEqual(person.asked, []);
      assert.equal((await loadConfig({ cwd: folder, env: {} })).apps.length, 1);
    });
  }
});

test("luma init writes a Dockerfile only where it is wanted and none is there", async () => {
  await withFolder(BUN, async (folder) => {
    const person = personWho("what?", "n", "", "", "");
    const { out } = await luma(folder, ["init"], person);
    assert.match(person.asked[0] ?? "", /^There is no Dockerfile\. Write one for Bun\? \[Y\/n\] $/);
    assert.doesNotMatch((await readdir(folder)).join(), /Dockerfile/);
    assert.match(out, /write a Dockerfile/);
    assert.equal((await luma(folder, ["init", "--force"], personWho("", "", ""))).code, 0);
    assert.match(await readFile(join(folder, "Dockerfile"), "utf8"), /^FROM oven\/bun/);
  });
});

test("luma init never writes over a luma.yml, unless --force says so", async () => {
  await withFolder(
    { ...DOCKERFILE, "luma.yml": "mine", ".luma/secrets": "A=1\n" },
    async (folder) => {
      const { code, err } = await luma(folder, ["init"]);
      assert.equal(code, 2);
      assert.match(err, /Cannot write .*luma\.yml: it is there already\n.*luma init --force/);
      assert.equal(await readFile(join(folder, "luma.yml"), "utf8"), "mine");
      assert.equal((await luma(folder, ["init", "--force"])).code, 0);
      assert.equal((await loadConfig({ cwd: folder, env: {} })).name, "blog");
      assert.equal(await readFile(join(folder, ".luma/secrets"), "utf8"), "A=1\n");
      const again = await luma(folder, ["init", "--force"]);
      assert.match(again.out, /^Changed luma\.yml/m);
      assert.doesNotMatch(again.out, /gitignore|dockerignore|secrets/);
    },
  );
});

test("luma init goes on with luma.yaml, and writes the file of -c", async () => {
  await withFolder({ "luma.yaml": "mine" }, async (folder) => {
    const { code, err } = await luma(folder, ["init", "--force"]);
    assert.equal(code, 2);
    assert.match(err, /luma\.yaml is there already/);
    const other = await luma(folder, ["-c", "staging.yml", "init"]);
    assert.equal(other.code, 0);
    assert.match(other.out, /luma -c staging\.yml deploy/);
    assert.equal((await loadConfig({ cwd: folder, file: "staging.yml", env: {} })).name, "blog");
  });
});

for (
  const [option, value, message] of [
    ["--server", "ssh://a", /Cannot use --server: .*\n.*write a/],
    ["--server", "-oProxyCommand=x", /--server/],
    ["--host", "https://a.com", /Cannot use --host: .*\n.*write a\.com/],
    ["--port", "http", /Cannot use --port: expected a port from 1 to 65535, got "http"/],
    ["--image", "Acme/Web", /Cannot use --image: .*\n.*acme\/web/],
    ["--name", "My Shop", /Cannot use --name: .*\n.*my-shop/],
  ] as const
) {
  test(`luma init refuses ${option} ${value}, and writes nothing`, async () => {
    await withFolder({}, async (folder) => {
      const { code, err } = await luma(folder, ["init", `${option}=${value}`]);
      assert.equal(code, 2);
      assert.match(err, message);
      assert.deepEqual(await readdir(folder), []);
    });
  });
}

test("luma init --json prints one line of what it did, without the texts", async () => {
  await withFolder(DOCKERFILE, async (folder) => {
    const { out } = await luma(folder, ["--json", "init"]);
    const { kind, changes } = JSON.parse(out);
    assert.equal(kind, "init");
    assert.deepEqual(changes.map(({ path }: { path: string }) => path), [
      "luma.yml",
      ".luma/secrets",
      ".gitignore",
      ".dockerignore",
    ]);
    assert.equal("text" in changes[0], false);
  });
});

test("every command that needs a luma.yml says luma init where there is none", async () => {
  await withFolder({}, async (folder) => {
    for (const command of ["deploy", "plan", "status", "setup", "redeploy"]) {
      const { code, err } = await luma(folder, [command]);
      assert.equal(code, 2, command);
      assert.match(err, /there is no luma\.yml in [^]*luma init/, command);
    }
  });
});
