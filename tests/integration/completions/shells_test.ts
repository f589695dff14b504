/**
 * Completions in the shells that there are scripts for, on a terminal where the shell needs one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { type ShellOptions, typeLines } from "./interactive_shell.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const PROJECT = `servers: ["root@web1.example.com:22"]
apps:
  blog: { image: my-blog }
  api: { image: my-api }
`;

/** What a person types, up to Tab, and what then stands there. */
const TYPED = [
  ["luma dep", "luma deploy"],
  ["luma deploy bl", "luma deploy blog"],
  ["luma deploy blog a", "luma deploy blog api"],
  ["luma deploy --dr", "luma deploy --dry-run"],
  ["luma lock rel", "luma lock release"],
  ["luma -c oth", "luma -c other.yml"],
  ["luma -c other.yml deploy sh", "luma -c other.yml deploy shop"],
  ["luma setup web", "luma setup web1.example.com"],
  ["luma nothing bl", "luma nothing bl"],
] as const;

async function withProject(body: (options: ShellOptions) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-shell-"));
  try {
    await symlink(await ensureHostExecutable("luma"), join(folder, "luma"));
    await writeFile(join(folder, "luma.yml"), PROJECT);
    await writeFile(join(folder, "other.yml"), "apps: { shop: { image: x } }\n");
    await body({ folder, path: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The lines that print what stood there after Tab: Ctrl-A goes to its beginning. */
function linesOf(setUp: string): readonly string[] {
  const lines = TYPED.map(([text], at) =>
    `${text}\t\x01echo "[" \x05 "]"; echo "== ${at + 1} =="\n`
  );
  return [`${setUp}; echo "== 0 =="\n`, ...lines];
}

function assertTyped(output: string): void {
  for (const [typed, expected] of TYPED) {
    const found = [...output.matchAll(/^\[ (.*?) *\]\r?$/gm)].map(([, line]) => line);
    assert.ok(found.includes(expected), `${typed}: ${JSON.stringify(found)}\n${output}`);
  }
}

test("bash completes commands, options and the names of the project", async () => {
  await withProject(async (options) => {
    const lines = linesOf("source <(luma completions bash)");
    assertTyped(await typeLines("PS1=READY bash --norc --noprofile -i", lines, options));
  });
});

test("zsh completes commands, options and the names of the project", async () => {
  execFileSync(`${ROOT}/tests/tools/install_shells.sh`);
  await withProject(async (options) => {
    const lines = linesOf("autoload -U compinit; compinit -u -D; source <(luma completions zsh)");
    assertTyped(await typeLines("PS1=READY zsh -f -i", lines, options));
  });
});

test("fish completes commands, options and the names of the project", async () => {
  execFileSync(`${ROOT}/tests/tools/install_shells.sh`);
  await withProject(async ({ folder, path }) => {
    const env = { HOME: folder, PATH: `${path}:${process.env["PATH"]}` };
    for (const [typed, expected] of TYPED) {
      const script = `luma completions fish | source; complete -C ${JSON.stringify(typed)}`;
      const output = execFileSync("fish", ["-N", "-c", script], {
        cwd: folder,
        env,
        encoding: "utf8",
      });
      const words = output.split("\n").map((line) => line.split("\t")[0]);
      const word = expected.split(" ").at(-1);
      if (typed === expected) assert.equal(output, "");
      else assert.ok(words.includes(word), `${typed}: ${output}`);
    }
  });
});

test("luma __complete says nothing where nothing can be read, and answers within a moment", async () => {
  await withProject(async ({ folder }) => {
    const luma = join(folder, "luma");
    const ask = (...words: readonly string[]) =>
      execFileSync(luma, ["__complete", "--", ...words], { cwd: folder, encoding: "utf8" });
    await writeFile(join(folder, "luma.yml"), "apps: [ {");
    assert.equal(ask("deploy", ""), "");
    await rm(join(folder, "luma.yml"));
    assert.equal(ask("deploy", ""), "");
    assert.equal(ask("-c", "/", "deploy", ""), "");
    const tookMs = Array.from({ length: 10 }, () => {
      const startedAtMs = performance.now();
      ask("dep");
      return performance.now() - startedAtMs;
    });
    // Ten times what it takes on a machine that does nothing else.
    assert.ok(Math.min(...tookMs) < 300, `${tookMs} ms`);
  });
});
