import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import {
  LOGIN_FAILED_STATUS,
  loginInput,
  pullWithLoginArgv,
} from "../../../lib/docker/pull_script.ts";

/** A docker that writes down its words; a command waits where `hang-` and its name is there. */
const DOCKER = `#!/bin/sh
[ "$1" = context ] && { echo unix:///rootless.sock; exit; }
echo "$*|$DOCKER_HOST" >> "$TEST/calls"
if [ "$1" = login ]; then
  cat > "$TEST/got"
  password=$(cat "$TEST/got")
  cat "$DOCKER_CONFIG/config.json" > "$TEST/before"
  echo "{$password}" > "$DOCKER_CONFIG/config.json"
  [ ! -e "$TEST/hang-login" ] || { echo login > "$TEST/hanging"; exec sleep 60; }
  [ "$password" = right ] || { echo "unauthorized: incorrect" >&2; exit 1; }
else
  cat "$DOCKER_CONFIG/config.json" > "$TEST/seen"
  [ ! -e "$TEST/hang-pull" ] || { echo pull > "$TEST/hanging"; exec sleep 60; }
fi
`;

interface Place {
  readonly folder: string;
  readonly env: Record<string, string>;
}

async function withDocker(body: (place: Place) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-pull-"));
  const env = { PATH: `${folder}/bin:/usr/bin:/bin`, TMPDIR: `${folder}/tmp`, TEST: folder };
  await mkdir(env.TMPDIR);
  await mkdir(`${folder}/bin`);
  await writeFile(`${folder}/bin/docker`, DOCKER);
  await chmod(`${folder}/bin/docker`, 0o755);
  try {
    await body({ folder, env });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function start({ env }: Place, password: string, registry = "registry.example.com") {
  const [program = "", ...words] = pullWithLoginArgv("registry.example.com/x:1", {
    registry,
    username: "acme",
  });
  const child = spawn(program, words, { env, stdio: ["pipe", "pipe", "pipe"] });
  // A script that ended without reading all of it has told so by its status.
  child.stdin.on("error", () => {});
  const interrupted = new AbortController();
  pipeline(loginInput(password, interrupted.signal), child.stdin).catch(() => {});
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  return { child, ended, interrupt: () => interrupted.abort() };
}

test("pullWithLoginArgv() keeps docker from choosing a store of credentials by itself", () =>
  withDocker(async (place) => {
    assert.deepEqual((await start(place, "right").ended)[0], 0);
    // docker looks for one where its configuration has neither a store nor a login.
    const { auths } = JSON.parse(await readFile(`${place.folder}/before`, "utf8"));
    assert.equal(Object.keys(auths).length, 1);
  }));

test("pullWithLoginArgv() logs in, pulls, and leaves no folder", () =>
  withDocker(async (place) => {
    const [status] = await start(place, "right").ended;
    assert.equal(status, 0);
    assert.equal(
      await readFile(`${place.folder}/calls`, "utf8"),
      "login --username acme --password-stdin registry.example.com|unix:///rootless.sock\n" +
        "pull -- registry.example.com/x:1|unix:///rootless.sock\n",
    );
    assert.equal(await readFile(`${place.folder}/seen`, "utf8"), "{right}\n");
    assert.deepEqual(await readdir(place.env["TMPDIR"] ?? ""), []);
  }));

test("pullWithLoginArgv() names no registry where it is Docker's own", () =>
  withDocker(async (place) => {
    await start(place, "right", "docker.io").ended;
    assert.match(await readFile(`${place.folder}/calls`, "utf8"), /^login .*--password-stdin\|/);
  }));

test("pullWithLoginArgv() ends with a status of its own when the login is refused", () =>
  withDocker(async (place) => {
    const { child, ended } = start(place, "wrong");
    let words = "";
    child.stderr.on("data", (chunk) => words += chunk);
    assert.equal((await ended)[0], LOGIN_FAILED_STATUS);
    assert.equal(words, "unauthorized: incorrect\n");
    assert.deepEqual(await readdir(place.env["TMPDIR"] ?? ""), []);
  }));

for (const command of ["login", "pull"] as const) {
  for (const end of ["SIGHUP", "SIGTERM", "the end of its input"] as const) {
    test(`pullWithLoginArgv() leaves no folder when ${end} ends it in docker ${command}`, () =>
      withDocker(async (place) => {
        await writeFile(`${place.folder}/hang-${command}`, "");
        execFileSync("mkfifo", [`${place.folder}/hanging`]);
        const { child, ended, interrupt } = start(place, "right");
        await readFile(`${place.folder}/hanging`);
        if (end === "the end of its input") interrupt();
        else child.kill(end);
        await ended;
        assert.deepEqual(await readdir(place.env["TMPDIR"] ?? ""), []);
      }));
  }
}

test("loginInput() brings a password of several lines to docker as it is", () =>
  withDocker(async (place) => {
    const key = '{\n  "key": "it\'s $HOME \\\\n"\n}';
    assert.equal((await start(place, key).ended)[0], LOGIN_FAILED_STATUS);
    assert.equal(await readFile(`${place.folder}/got`, "utf8"), key);
  }));
