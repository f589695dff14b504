import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { findPayload, type PayloadEffects } from "../../../lib/proxy_image/find_payload.ts";
import { type Host, isCompiled, platformOf } from "../../../lib/proxy_image/host.ts";
import { EMPTY_BASE, LIBC_BASE } from "../../../lib/proxy_image/plan_image.ts";
import { formatModules } from "../../../lib/proxy_image/root_files.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";

const LINUX = { os: "linux", arch: "amd64" };
const ARM = { os: "linux", arch: "arm64" };

test("isCompiled() knows the modules of an executable on every system", () => {
  assert.ok(isCompiled("file:///$bunfs/root/luma"));
  assert.ok(isCompiled("file:///B:/~BUN/root/luma.exe"));
  assert.ok(!isCompiled("file:///home/me/luma/cli.ts"));
  assert.ok(!isCompiled("https://example.com/$bunfs/cli.ts"));
});

test("platformOf() translates the runtime's names to those of image platforms", () => {
  assert.deepEqual(platformOf("linux", "x64"), LINUX);
  assert.deepEqual(platformOf("win32", "arm64"), { os: "windows", arch: "arm64" });
});

test("findPayload() takes the executable that runs, where the server's platform is its own", () =>
  withFolder(async (folder) => {
    const execPath = await put(folder, "luma", "a static program");
    const payload = await findPayload(LINUX, host({ kind: "executable", execPath }), effects);
    assert.equal(payload.kind, "luma");
    assert.equal((await payload.prepare()).base, EMPTY_BASE);
    await put(folder, "luma", "another program");
    const other = await findPayload(LINUX, host({ kind: "executable", execPath }), effects);
    assert.notEqual(other.digest, payload.digest);
  }));

test("findPayload() refuses another platform, and says what to do", async () => {
  for (const kind of ["executable", "sources"] as const) {
    await assert.rejects(findPayload(ARM, host({ kind }), effects), {
      message: "Cannot make the image of luma-proxy: " +
        "the server runs linux/arm64, this machine linux/amd64",
      hint: "Download luma's executable for linux/arm64 and run it on a machine like that, once, " +
        "or set proxy.image in luma.yml to an image of luma-proxy that the server can pull",
    });
  }
});

test("findPayload() makes the executable of a checkout when it is sent, not before", () =>
  withFolder(async (folder) => {
    const commands: string[] = [];
    const run: Runner["run"] = async ({ argv }) => {
      commands.push(argv.join(" "));
      const outFile = argv.find((word) => word.startsWith("--outfile="))?.slice(10) ?? "";
      await put("", outFile, "compiled");
      return { status: 0, stdout: "", stderr: "" };
    };
    const checkout = host({ kind: "checkout", bun: "/bun", rootUrl: `${pathToFileURL(folder)}/` });
    await put(folder, "node_modules/bun/package.json", "{}");
    const payload = await findPayload(LINUX, checkout, {
      ...effects,
      compiler: { ...effects.compiler, run },
    });
    assert.deepEqual(commands, []);
    assert.equal((await payload.prepare()).base, EMPTY_BASE);
    const arm = await findPayload(ARM, checkout, {
      ...effects,
      compiler: { ...effects.compiler, run },
    });
    assert.equal((await arm.prepare()).base, LIBC_BASE);
    assert.match(commands[0] ?? "", /^\/bun --cwd=\S+ build .*\/luma-proxy proxy\/luma_proxy\.ts$/);
    assert.match(commands[1] ?? "", / --target=bun-linux-arm64 .*\/luma-proxy-linux-arm64 /);
    assert.notEqual(arm.digest, payload.digest);
  }));

test("findPayload() reads the proxy's modules from where luma was published", () =>
  withFolder(async (folder) => {
    const execPath = await put(folder, "deno", "a static runtime");
    const fetchText = async (url: string) => published[url] ?? assert.fail(`asked for ${url}`);
    const from = host({ kind: "sources", execPath });
    const payload = await findPayload(LINUX, from, { ...effects, fetchText });
    const { entries } = await payload.prepare();
    assert.deepEqual(entries.map(({ path }) => path), [
      "usr/local/bin/deno",
      "usr/local/lib/luma/proxy/api.ts",
      "usr/local/lib/luma/proxy/luma_health.ts",
      "usr/local/lib/luma/proxy/luma_proxy.ts",
      "usr/local/lib/luma/proxy/luma-proxy",
      "usr/local/lib/luma/proxy/luma-health",
    ]);
  }));

test("findPayload() refuses Node, which does not run the proxy", async () => {
  await assert.rejects(
    findPayload(
      LINUX,
      host({ kind: "sources", runtime: { name: "node", version: "24" } }),
      effects,
    ),
    /Node does not run the proxy/,
  );
});

test("formatModules() gives commands a first line that the kernel can start them by", () => {
  const modules = new Map([
    ["proxy/luma_proxy.ts", "#!/usr/bin/env bun\nproxy();\n"],
    ["proxy/luma_health.ts", "health();\n"],
  ]);
  const contents = (runtime: "bun" | "deno") =>
    formatModules({ runtime, execPath: "", modules }).slice(2).map((entry) =>
      entry.kind === "file" ? [entry.mode, entry.content] : []
    );
  assert.deepEqual(contents("deno"), [
    [0o755, "#!/usr/local/bin/deno -A\nproxy();\n"],
    [0o755, "#!/usr/local/bin/deno -A\nhealth();\n"],
  ]);
  assert.deepEqual(contents("bun")[0], [0o755, "#!/usr/local/bin/bun\nproxy();\n"]);
});

const effects: PayloadEffects = {
  compiler: {
    server: "local",
    run: () => assert.fail("nothing is to be run"),
    close: async () => {},
  },
  fetchText: () => assert.fail("nothing is to be fetched"),
};

const published: Readonly<Record<string, string>> = {
  "https://example.com/luma/proxy/luma_proxy.ts": `import "./api.ts";`,
  "https://example.com/luma/proxy/luma_health.ts": "",
  "https://example.com/luma/proxy/api.ts": "",
};

function host(changes: Partial<Host>): Host {
  return {
    kind: "sources",
    platform: LINUX,
    runtime: { name: "deno", version: "2.0.0" },
    execPath: "/usr/bin/deno",
    rootUrl: "https://example.com/luma/",
    ...changes,
  };
}

async function put(folder: string, path: string, text: string): Promise<string> {
  const full = join(folder, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, text);
  return full;
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-payload-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
