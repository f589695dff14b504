import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { formatInstallScript } from "../../../lib/build/install_script.ts";

/** Debian's sh is dash, macOS's is bash, Alpine's is busybox. */
const SHELLS = [["/bin/dash"], ["/bin/bash", "--posix"], ["/bin/busybox", "sh"]].filter(
  ([shell = ""]) => existsSync(shell),
);

for (const shell of SHELLS) {
  const name = shell[0]?.split("/").at(-1);

  test(`install.sh brings the executable for this machine into ~/.local/bin, under ${name}`, () =>
    withRelease(async ({ install, machine, home }) => {
      const cases = [
        [{ system: "Linux", processor: "x86_64" }, "linux-x64"],
        [{ system: "Linux", processor: "aarch64" }, "linux-arm64"],
        [{ system: "Linux", processor: "x86_64", musl: true }, "linux-x64-musl"],
        [{ system: "Linux", processor: "aarch64", musl: true }, "linux-arm64-musl"],
        [{ system: "Darwin", processor: "arm64" }, "darwin-arm64"],
        [{ system: "Darwin", processor: "x86_64" }, "darwin-x64"],
        [{ system: "Darwin", processor: "x86_64", translated: true }, "darwin-arm64"],
      ] as const;
      for (const [facts, target] of cases) {
        await machine(facts);
        const { code, stdout, stderr } = await install(shell);
        assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
        const folder = join(home, ".local/bin");
        assert.match(stdout, new RegExp(`Installed luma 1\\.2\\.3 ${target}: ${folder}/luma\n`));
        assert.match(stdout, /It is not on your PATH yet: export PATH="/);
        assert.deepEqual(await readdir(folder), ["luma"]);
      }
    }));

  test(`install.sh refuses a damaged download and leaves nothing, under ${name}`, () =>
    withRelease(async ({ install, machine, files, home, scratch }) => {
      await machine({ system: "Linux", processor: "x86_64" });
      files.set("luma-linux-x64", `${files.get("luma-linux-x64")}# one line more\n`);
      const { code, stderr } = await install(shell);
      assert.equal(code, 1);
      assert.match(stderr, /Cannot install luma: luma-linux-x64 is not what was released\n/);
      assert.match(stderr, /SHA-256 expected: [0-9a-f]{64}\n {2}SHA-256 found: {4}[0-9a-f]{64}\n/);
      assert.deepEqual([await readdir(home), await readdir(scratch)], [[], []]);
    }));

  test(`install.sh replaces nothing by an executable that does not run, under ${name}`, () =>
    withRelease(async ({ install, machine, files, publish, home, scratch }) => {
      await machine({ system: "Linux", processor: "x86_64", musl: true });
      await install(shell);
      const former = await readFile(join(home, ".local/bin/luma"), "utf8");
      files.set("luma-linux-x64-musl", "#!/bin/sh\nexit 127\n");
      publish();
      const { code, stderr } = await install(shell);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /luma-linux-x64-musl does not run on this machine\n.*apk add libstdc\+\+/,
      );
      assert.equal(await readFile(join(home, ".local/bin/luma"), "utf8"), former);
      assert.deepEqual(await readdir(join(home, ".local/bin")), ["luma"]);
      assert.deepEqual(await readdir(scratch), []);
    }));

  test(`install.sh says what is missing, under ${name}`, () =>
    withRelease(async ({ install, machine, files, home }) => {
      await machine({ system: "Linux", processor: "x86_64" });
      const first = await install(shell, { LUMA_DOWNLOAD_URL: "" });
      assert.equal(first.code, 1);
      assert.match(first.stderr, /LUMA_DOWNLOAD_URL is not set, and there is no official address/);
      files.delete("luma-linux-x64");
      assert.match((await install(shell)).stderr, /\/luma-linux-x64 cannot be downloaded\n/);
      files.set("SHA256SUMS", "");
      files.set("luma-linux-x64", "x");
      assert.match((await install(shell)).stderr, /SHA256SUMS has no line for luma-linux-x64\n/);
      await machine({ system: "Linux", processor: "riscv64" });
      assert.match((await install(shell)).stderr, /no executable for the processor riscv64\n/);
      await machine({ system: "FreeBSD", processor: "amd64" });
      assert.match((await install(shell)).stderr, /no executable for FreeBSD\n/);
      assert.deepEqual(await readdir(home), []);
    }));
}

test("install.sh puts luma where it is told, else where everybody's programs are", () =>
  withRelease(async ({ install, machine, home, scratch, system }) => {
    await machine({ system: "Linux", processor: "x86_64" });
    const own = join(home, "own folder");
    await install(["/bin/sh"], { LUMA_INSTALL_DIR: own });
    assert.deepEqual(await readdir(own), ["luma"]);
    await mkdir(system);
    const { stdout } = await install(["/bin/sh"], { PATH: `${system}:${process.env["PATH"]}` });
    assert.deepEqual(await readdir(system), ["luma"]);
    assert.doesNotMatch(stdout, /not on your PATH/);
    assert.deepEqual([await readdir(home), await readdir(scratch)], [["own folder"], []]);
  }));

test("formatInstallScript() writes nothing that runs before its last line", () => {
  const lines = formatInstallScript({ version: "1.2.3" }).trimEnd().split("\n");
  assert.equal(lines[0], "#!/bin/sh");
  assert.equal(lines.at(-1), `main "$@"`);
  assert.ok(lines.includes("system_folder='/usr/local/bin'"));
  const outside = lines.filter((line) => /^[a-z]/.test(line) && !/^[a-z_]+\(\) \{/.test(line));
  assert.deepEqual(outside, [
    ...["set -eu", "version='1.2.3'", "system_folder='/usr/local/bin'", `main "$@"`],
  ]);
});

interface Machine {
  readonly system: string;
  readonly processor: string;
  readonly musl?: boolean;
  readonly translated?: boolean;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Release {
  readonly home: string;
  /** Where temporary files go. */
  readonly scratch: string;
  /** The folder for everybody's programs; it is not there. */
  readonly system: string;
  /** What can be downloaded, by name. */
  readonly files: Map<string, string>;
  /** Writes SHA256SUMS of the files as they are. */
  publish(): void;
  /** Says what the machine is, from then on. */
  machine(facts: Machine): Promise<void>;
  install(shell: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
}

const TARGETS = ["linux-x64", "linux-arm64", "linux-x64-musl", "linux-arm64-musl"]
  .concat(["darwin-x64", "darwin-arm64"]);

async function withRelease(use: (release: Release) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-install-"));
  const [home, scratch, tools, system] = ["home", "scratch", "tools", "system"].map((name) =>
    join(folder, name)
  ) as [string, string, string, string];
  for (const path of [home, scratch, tools]) await mkdir(path);
  const files = new Map(
    TARGETS.map((target) => [`luma-${target}`, `#!/bin/sh\necho "1.2.3 ${target}"\n`]),
  );
  const server = createServer((request, response) => {
    const body = files.get((request.url ?? "").replace("/1.2.3/", ""));
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/1.2.3/`;
  const script = join(folder, "install.sh");
  await writeFile(script, formatInstallScript({ version: "1.2.3", systemFolder: system }));
  const publish = () => void files.set("SHA256SUMS", sumsOf(files));
  publish();
  try {
    await use({
      ...{ home, scratch, system, files, publish },
      machine: (facts) => writeTools(tools, facts),
      install([program = "", ...words], env = {}) {
        const path = `${tools}:${env["PATH"] ?? process.env["PATH"]}`;
        const settings = { HOME: home, TMPDIR: scratch, LUMA_DOWNLOAD_URL: url };
        return run(program, [...words, script], { ...settings, ...env, PATH: path });
      },
    });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await rm(folder, { recursive: true });
  }
}

function sumsOf(files: ReadonlyMap<string, string>): string {
  return [...files].filter(([name]) => name !== "SHA256SUMS").map(([name, text]) =>
    `${createHash("sha256").update(text).digest("hex")}  ${name}\n`
  ).join("");
}

/** Programs that tell what the machine is, in the place of the system's own. */
async function writeTools(
  folder: string,
  { system, processor, musl = false, translated = false }: Machine,
): Promise<void> {
  const texts = {
    uname: `case $1 in -s) echo ${system} ;; -m) echo ${processor} ;; esac`,
    getconf: musl ? "exit 1" : "echo glibc 2.36",
    ldd: musl ? "echo 'musl libc (x86_64)' >&2; exit 1" : "echo 'ldd (GNU libc) 2.36'",
    sysctl: translated ? "echo 1" : "exit 1",
  };
  for (const [name, text] of Object.entries(texts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((ended) =>
    execFile(program, args, { env, cwd: "/" }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      ended({ code, stdout, stderr });
    })
  );
}
