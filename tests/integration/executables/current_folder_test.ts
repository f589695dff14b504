import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { runProgram, withFolder } from "./run_program.ts";

const BUN = fileURLToPath(new URL("../../../node_modules/.bin/bun", import.meta.url));

/** Each of them would leave a file, change what is printed, or be another program. */
const EVIL = {
  "evil.ts": `require("node:fs").writeFileSync(import.meta.dirname + "/acted", "x");\n`,
  "bunfig.toml": `preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n`,
  ".env": "LUMA_RUN_AS=luma-health\nDOCKER_HOST=unix:///evil\nNO_COLOR=1\n",
  ".env.local": "LUMA_RUN_AS=luma-health\n",
  ".env.production": "LUMA_RUN_AS=luma-health\n",
  "tsconfig.json": JSON.stringify({
    compilerOptions: { baseUrl: ".", paths: { "*": ["./evil.ts"], "node:process": ["./evil.ts"] } },
  }),
  "package.json": JSON.stringify({
    ...{ name: "evil", type: "commonjs", main: "evil.ts", preload: ["./evil.ts"] },
    imports: { "#*": "./evil.ts" },
    exports: "./evil.ts",
  }),
  "node_modules/commander/index.js": `require("../../evil.ts");\n`,
  "node_modules/yaml/index.js": `require("../../evil.ts");\n`,
  "node_modules/zod/index.js": `require("../../evil.ts");\n`,
} as const;

const LUMA_YML = "name: site\napps: { blog: { image: blog, unknown: 1 } }\n";

/** Words for each executable; together they reach the lazy modules too. */
const WORDS = {
  "luma": [["--version"], ["--help"], ["deploy", "--help"], ["plan"], ["no-such-command"]],
  "luma-proxy": [["--version"], ["--help"], ["deploy", "--help"], ["list"]],
  "luma-health": [["--version"], ["--help"], ["http://127.0.0.1:9/", "--timeout", "5s"]],
} as const;

async function plant(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

for (const name of ["luma", "luma-proxy", "luma-health"] as const) {
  test(`${name} loads nothing from the folder it is called in`, () =>
    withFolder((plain) =>
      withFolder(async (evil) => {
        const program = await ensureHostExecutable(name);
        await plant(plain, { "luma.yml": LUMA_YML });
        await plant(evil, { ...EVIL, "luma.yml": LUMA_YML });
        // What is planted does act, on a runtime that is not an executable of luma.
        await runProgram([BUN, "-e", "0"], { cwd: evil });
        assert.ok(existsSync(join(evil, "acted")));
        await rm(join(evil, "acted"));
        for (const words of WORDS[name]) {
          const [expected, found] = await Promise.all(
            [plain, evil].map((cwd) => runProgram([program, ...words], { cwd })),
          );
          const told = (text = "") => text.replaceAll(plain, "HERE").replaceAll(evil, "HERE");
          assert.equal(told(found?.stdout), told(expected?.stdout), words.join(" "));
          assert.equal(told(found?.stderr), told(expected?.stderr), words.join(" "));
          assert.equal(found?.code, expected?.code);
          assert.ok(!existsSync(join(evil, "acted")), `${name} ${words.join(" ")}`);
        }
      })
    ));
}

test("luma passes nothing on to what it starts that would change an executable made with Bun", () =>
  withFolder(async (folder) => {
    // It is called several times, at once; what is read is whole.
    const file = `${folder}/environment`;
    const docker = `#!/bin/sh\nenv > ${file}.$$\nmv ${file}.$$ ${file}\nexit 1\n`;
    await plant(folder, { "luma.yml": "name: site\napps: { blog: { image: blog } }\n" });
    await writeFile(join(folder, "docker"), docker, { mode: 0o755 });
    const luma = await ensureHostExecutable("luma");
    await runProgram([luma, "status"], {
      cwd: folder,
      env: { PATH: `${folder}:/usr/bin:/bin`, BUN_OPTIONS: "--smol", KEPT: "yes" },
    });
    const environment = await readFile(join(folder, "environment"), "utf8");
    assert.match(environment, /^KEPT=yes$/m);
    assert.doesNotMatch(environment, /^BUN_/m);
  }));

test("luma has written everything when it ends, however much it is", () =>
  withFolder(async (folder) => {
    const count = 6000;
    const keys = Array.from({ length: count }, (_, index) => `unknown-key-number-${index}: 1\n`);
    await plant(folder, { "luma.yml": `name: site\n${keys.join("")}apps: {}\n` });
    const luma = await ensureHostExecutable("luma");
    const { code, stderr, stdout } = await runProgram([luma, "plan"], { cwd: folder });
    assert.equal(code, 2);
    assert.ok(stderr.length + stdout.length > 300_000, `${stderr.length} characters`);
    assert.ok(`${stdout}${stderr}`.includes(`unknown-key-number-${count - 1}:`));
  }));
