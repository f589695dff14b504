import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { formatByHand, installArgv, type RootStep } from "../../../lib/setup/install_script.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";

const PACKAGES = ["docker.io", "ca-certificates"];
const STEPS: readonly RootStep[] = [
  { kind: "refresh-packages" },
  { kind: "limit-logs" },
  { kind: "install-packages", packages: PACKAGES },
  { kind: "start-docker", manager: "systemd" },
  { kind: "start-docker", manager: "service" },
  { kind: "join-group", user: "luma" },
];

/** Runs a step where `programs` stand in for the system's; each of them writes down its words. */
async function runWith(step: RootStep, programs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "luma-install-"));
  try {
    for (const [name, script] of Object.entries(programs)) {
      const text = `#!/bin/sh\necho "${name} $*" >>${folder}/calls\n${script}\n`;
      writeFileSync(join(folder, name), text, { mode: 0o755 });
    }
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
    const argv = installArgv(step, { sudo: false });
    const output = await createLocalRunner({ server: "local", env }).run({ argv });
    return { ...output, calls: readFileSync(join(folder, "calls"), "utf8").trim().split("\n") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("installArgv() gives scripts that a POSIX shell can read", async () => {
  const runner = createLocalRunner({ server: "local" });
  for (const step of STEPS) {
    const script = installArgv(step, { sudo: false })[2] ?? "";
    const { status, stderr } = await runner.run({ argv: ["sh", "-n"], stdin: script });
    assert.equal(status, 0, `${step.kind}: ${stderr}`);
  }
});

test("installArgv() never lets sudo ask", () => {
  assert.deepEqual(installArgv({ kind: "refresh-packages" }, { sudo: true }).slice(0, 3), [
    "sudo",
    "-n",
    "sh",
  ]);
});

test("installArgv() installs without questions, and keeps files that somebody wrote", async () => {
  const { status, calls } = await runWith({ kind: "install-packages", packages: PACKAGES }, {
    "apt-get": 'echo "$DEBIAN_FRONTEND" >>"$(dirname "$0")/calls"',
    "apt-cache": "exit 100",
  });
  assert.equal(status, 0);
  assert.deepEqual(calls, [
    "apt-cache show docker-cli",
    "apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef " +
    "-o Dpkg::Options::=--force-confold install --no-install-recommends docker.io ca-certificates",
    "noninteractive",
  ]);
});

test("installArgv() installs the client too, where that is a package of its own", async () => {
  const { calls } = await runWith({ kind: "install-packages", packages: PACKAGES }, {
    "apt-get": "",
    "apt-cache": "",
  });
  assert.match(calls.at(-1) ?? "", / docker\.io ca-certificates docker-cli$/);
});

test("installArgv() waits for another program that reads the lists, and shows apt's own words", async () => {
  const { status, stderr, calls } = await runWith({ kind: "refresh-packages" }, {
    "apt-get": `[ "$(wc -l <"$(dirname "$0")/calls")" -gt 2 ] || {
  echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7" >&2; exit 100; }
echo "E: The repository has no Release file" >&2
exit 100`,
    sleep: "",
  });
  assert.equal(status, 100);
  assert.deepEqual(calls, ["apt-get -q update", "sleep 3", "apt-get -q update"]);
  assert.equal(stderr, "E: The repository has no Release file\n");
});

test("installArgv() shows what Docker said when it does not start", async () => {
  const { status, stderr } = await runWith({ kind: "start-docker", manager: "systemd" }, {
    systemctl: "exit 1",
    journalctl: "echo 'failed to start daemon: no space'",
  });
  assert.equal(status, 1);
  assert.match(stderr, /^failed to start daemon: no space$/m);
});

test("formatByHand() gives a line for a person, who is asked for a password once", () => {
  const steps: readonly RootStep[] = [{ kind: "refresh-packages" }, { kind: "limit-logs" }, {
    kind: "join-group",
    user: "luma",
  }];
  assert.equal(
    formatByHand(steps, { login: "ssh -t luma@web1", sudo: true }),
    "ssh -t luma@web1 'sudo apt-get update && sudo usermod -aG docker luma'",
  );
  assert.equal(formatByHand(steps, { sudo: false }), "apt-get update && usermod -aG docker luma");
});
