/**
 * The script that switches aliases, with a docker that is a shell script.
 *
 * @module
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { switchAliasArgv } from "../../../lib/docker/switch_script.ts";
import type { Output } from "../../../lib/ssh/runner.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";

const change = {
  network: "n",
  containers: [{ name: "blog-green", address: "10.0.0.2", aliases: ["blog", "blog-temp"] }],
};

/** Runs the script; `state` is what docker says of the container, `fails` how often connect fails. */
async function switchWith(
  state: string,
  fails = 0,
): Promise<{ output: Output; calls: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "luma-test-"));
  const log = join(folder, "log");
  const fake = `#!/bin/sh
case $2 in
inspect) [ '${state}' != missing ] || { echo 'No such container: blog-green' >&2; exit 1; }; echo '${state}' ;;
*) echo "$@" >>${log} ;;
esac
[ "$2" != connect ] || [ "$(grep -c 'network connect' ${log})" -gt ${fails} ] || { echo 'Address already in use' >&2; exit 1; }
`;
  writeFileSync(join(folder, "docker"), fake);
  // The waiting between tries is not what is tested.
  writeFileSync(join(folder, "sleep"), "#!/bin/sh\n");
  for (const program of ["docker", "sleep"]) chmodSync(join(folder, program), 0o755);
  try {
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const runner = createLocalRunner({ server: "local", env });
    const output = await runner.run({ argv: switchAliasArgv(change) });
    const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    return { output, calls };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const UNPLUG = "network disconnect n blog-green";
const PLUG = "network connect --ip 10.0.0.2 --alias blog --alias blog-temp n blog-green";

test("switchAliasArgv() unplugs and plugs with the same address", async () => {
  const { output, calls } = await switchWith("10.0.0.2 blog-temp");
  assert.deepEqual(output, { status: 0, stdout: "", stderr: "" });
  assert.deepEqual(calls, [UNPLUG, PLUG]);
});

test("switchAliasArgv() touches nothing, when aliases and address are so already", async () => {
  for (const state of ["10.0.0.2 blog blog-temp", "10.0.0.2 blog-temp blog"]) {
    const { output, calls } = await switchWith(state);
    assert.equal(output.status, 0);
    assert.deepEqual(calls, []);
  }
});

test("switchAliasArgv() only plugs, when an earlier run was killed in between", async () => {
  assert.deepEqual((await switchWith("")).calls, [PLUG]);
});

test("switchAliasArgv() switches, when an alias or the address differs", async () => {
  for (const state of ["10.0.0.2 blog", "10.0.0.2 blog other", "10.0.0.9 blog blog-temp", "- x"]) {
    assert.deepEqual((await switchWith(state)).calls, [UNPLUG, PLUG], state);
  }
});

test("switchAliasArgv() tries to plug again, when that fails", async () => {
  const { output, calls } = await switchWith("10.0.0.2 blog", 9);
  assert.equal(output.status, 0);
  assert.deepEqual(calls, [UNPLUG, ...Array.from({ length: 10 }, () => PLUG)]);
});

test("switchAliasArgv() fails with Docker's words, when plugging fails ten times", async () => {
  const { output } = await switchWith("10.0.0.2 blog", 10);
  const stderr = "luma: blog-green is not plugged into n: Address already in use\n";
  assert.deepEqual(output, { status: 1, stdout: "", stderr });
});

test("switchAliasArgv() fails, when there is no such container", async () => {
  const { output, calls } = await switchWith("missing");
  assert.deepEqual(output, {
    ...{ status: 1, stdout: "", stderr: "luma: No such container: blog-green\n" },
  });
  assert.deepEqual(calls, []);
});
