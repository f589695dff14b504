import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ReleaseImage } from "../../../lib/build/publish_commands.ts";
import {
  parseReleaseRequest,
  release,
  type ReleaseEffects,
  type ReleaseRequest,
} from "../../../lib/build/release.ts";
import { VERSION_FILES } from "../../../lib/build/version_copies.ts";
import type { Output } from "../../../lib/ssh/runner.ts";

const request: ReleaseRequest = { version: "0.2.0", dryRun: false, skipGate: false };

test("parseReleaseRequest() wants one version", () => {
  assert.deepEqual(parseReleaseRequest(["0.2.0"]), request);
  assert.deepEqual(parseReleaseRequest(["0.2.0", "--dry-run", "--skip-gate"]), {
    ...request,
    dryRun: true,
    skipGate: true,
  });
  assert.throws(() => parseReleaseRequest([]), /Cannot release: expected one version/);
  assert.throws(() => parseReleaseRequest(["1.0.0", "2.0.0"]), /expected one version/);
  assert.throws(() => parseReleaseRequest(["1.0.0", "--dry"]), /--dry/);
});

test("release() checks, sets the version, makes everything, and prints how to publish", () =>
  withCheckout(async ({ effects, commands, printed, texts, checkout }) => {
    await release(request, effects());
    assert.deepEqual(commands, [
      `git -C ${checkout} status --porcelain`,
      "tests/run unit",
      "build",
    ]);
    for (const [file, text] of Object.entries(await texts())) {
      assert.ok(text.includes("0.2.0") && !text.includes('"0.1.0"'), file);
    }
    assert.match((await texts())["CHANGELOG.md"] ?? "", /## 0\.2\.0 - 2026-01-31\n\n- News\.\n/);
    const said = printed.join("\n");
    for (
      const command of [
        'git tag --annotate v0.2.0 --message "luma 0.2.0"',
        "node_modules/.bin/deno publish",
        '--tag "$LUMA_IMAGE_REGISTRY/luma/luma-proxy:0.2.0-arm64" - < dist/context.tar',
        'curl --fail --upload-file "$file" "$LUMA_UPLOAD_URL/0.2.0/$file"',
      ]
    ) assert.ok(said.includes(command), command);
  }));

test("release() changes nothing when it only shows, whatever is uncommitted", () =>
  withCheckout(async ({ effects, commands, printed, texts, checkout }) => {
    const before = await texts();
    await release({ ...request, dryRun: true }, effects({ changes: " M cli.ts\n" }));
    assert.deepEqual(await texts(), before);
    assert.deepEqual(commands, [`git -C ${checkout} status --porcelain`]);
    assert.match(printed.join("\n"), /nothing is uncommitted \(something is, now\)/);
    assert.match(printed.join("\n"), /git tag --annotate v0\.2\.0/);
  }));

test("release() refuses uncommitted files, an old version, and a gate that fails", () =>
  withCheckout(async ({ effects, commands, texts }) => {
    const before = await texts();
    const changed = effects({ changes: " M cli.ts\n?? new.ts\n" });
    await assert.rejects(
      release(request, changed),
      /Cannot release: files are not committed:\n M cli\.ts\n\?\? new\.ts$/,
    );
    await assert.rejects(
      release({ ...request, version: "0.0.9" }, effects()),
      /Cannot release 0\.0\.9: it is older than 0\.1\.0/,
    );
    await assert.rejects(
      release(request, effects({ gateStatus: 1 })),
      /Cannot release: tests\/run unit ended with status 1/,
    );
    assert.deepEqual(await texts(), before);
    assert.ok(!commands.includes("build"));
  }));

test("release() puts the sources back when something cannot be made", () =>
  withCheckout(async ({ effects, texts }) => {
    const before = await texts();
    let during = before;
    const failing: ReleaseEffects = {
      ...effects(),
      writeFiles: async () => {
        during = await texts();
        throw new Error("disk full");
      },
    };
    await assert.rejects(release(request, failing), /disk full/);
    assert.notDeepEqual(during, before);
    assert.deepEqual(await texts(), before);
  }));

interface Scene {
  readonly checkout: string;
  /** What was run, in order. */
  readonly commands: string[];
  readonly printed: string[];
  texts(): Promise<Readonly<Record<string, string>>>;
  effects(state?: { readonly changes?: string; readonly gateStatus?: number }): ReleaseEffects;
}

const TEXTS: Readonly<Record<string, string>> = {
  "package.json": '{\n  "version": "0.1.0"\n}\n',
  "package-lock.json": `{
  "name": "@luma/cli",
  "version": "0.1.0",
  "packages": {
    "": {
      "name": "@luma/cli",
      "version": "0.1.0"
    }
  }
}
`,
  "deno.json": '{\n  "version": "0.1.0"\n}\n',
  "lib/version.ts": 'export const VERSION = "0.1.0";\n',
  "proxy/version.ts": 'export const VERSION = "0.1.0";\n',
  "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- News.\n",
};
const IMAGE: ReleaseImage = { arch: "arm64", context: "context.tar", base: "scratch", digest: "d" };

async function withCheckout(use: (scene: Scene) => Promise<void>): Promise<void> {
  const checkout = await mkdtemp(join(tmpdir(), "luma-release-"));
  const [commands, printed]: [string[], string[]] = [[], []];
  const effects: Scene["effects"] = ({ changes = "", gateStatus = 0 } = {}) => ({
    checkout,
    runner: {
      server: "local",
      close: async () => {},
      run: async ({ argv }): Promise<Output> => {
        const isGit = argv[0] === "git";
        commands.push(argv.join(" ").replace(`${checkout}/`, ""));
        return { status: isGit ? 0 : gateStatus, stdout: isGit ? changes : "", stderr: "" };
      },
    },
    build: async () => {
      commands.push("build");
      return [];
    },
    writeFiles: async () => [IMAGE],
    now: () => new Date("2026-01-31T12:00:00Z"),
    print: (line) => void printed.push(line),
  });
  const files = [...VERSION_FILES, "CHANGELOG.md"];
  const texts = async () =>
    Object.fromEntries(
      await Promise.all(
        files.map(async (file) => [file, await readFile(join(checkout, file), "utf8")]),
      ),
    ) as Record<string, string>;
  try {
    for (const folder of ["lib", "proxy"]) await mkdir(join(checkout, folder));
    for (const file of files) await writeFile(join(checkout, file), TEXTS[file] ?? "");
    await use({ checkout, commands, printed, texts, effects });
  } finally {
    await rm(checkout, { recursive: true });
  }
}
