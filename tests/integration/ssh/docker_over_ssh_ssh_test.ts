/**
 * What must survive the end of an SSH connection, and what must not, with a docker that is a shell
 * script on the server.
 *
 * @module
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createDocker } from "../../../lib/docker/create_docker.ts";
import type { Docker } from "../../../lib/docker/types.ts";
import { RunnerError } from "../../../lib/ssh/runner_error.ts";
import { createSshRunner } from "../../../lib/ssh/ssh_runner.ts";
import { Secret } from "../../../lib/config/secret.ts";
import { type TestSshServer, withSshServer } from "./ssh_server.ts";

/** Real processes take longer than a test usually may. */
const LIMIT = { timeout: 60_000 };

/** Runs `use` with a server whose docker is `script`, which finds the test's folder in `$0`. */
async function withFakeDocker(
  script: string,
  use: (docker: Docker, server: TestSshServer) => Promise<void>,
): Promise<void> {
  await withSshServer(async (server) => {
    mkdirSync(join(server.folder, "bin"));
    const program = join(server.folder, "bin", "docker");
    writeFileSync(program, `#!/bin/sh\ncd "$(dirname "$0")/.."\n${script}\n`);
    chmodSync(program, 0o755);
    const { configFile } = server;
    const env = { XDG_RUNTIME_DIR: server.folder };
    const runner = createSshRunner({ server: server.server, configFile, env });
    try {
      await use(createDocker(runner), server);
    } finally {
      await runner.close();
    }
  }, (folder) => [`SetEnv PATH=${folder}/bin:${process.env["PATH"]}`]);
}

/** Resolves when the file exists and ends with a line end. */
async function waitForFile(path: string): Promise<string> {
  for (;;) {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    if (text.endsWith("\n")) return text;
    await setImmediate();
  }
}

const CHANGE = {
  network: "n",
  containers: [
    { name: "blue", address: "10.0.0.2", aliases: ["x"] },
    { name: "green", address: "10.0.0.3", aliases: ["y"] },
  ],
};

test(
  "switchNetworkAlias() is finished on the server, when the connection drops in between",
  LIMIT,
  async () => {
    const script = `case "$2" in
inspect) echo '10.0.0.9 old' ;;
disconnect) echo "$4" >>unplugged; until [ -e cut ]; do sleep 0.01; done; echo noise; echo noise >&2 ;;
connect) echo noise; echo noise >&2; echo "$@" >>plugged ;;
esac`;
    await withFakeDocker(script, async (docker, server) => {
      const switching = docker.switchNetworkAlias(CHANGE);
      // Looked at before it can reject without anybody listening.
      const outcome = assert.rejects(switching, (error: unknown) => {
        assert.ok(error instanceof RunnerError);
        assert.equal(error.kind, "dropped");
        return true;
      });
      await waitForFile(join(server.folder, "unplugged"));
      server.cutConnections();
      await outcome;
      writeFileSync(join(server.folder, "cut"), "");
      const plugged = join(server.folder, "plugged");
      while ((await waitForFile(plugged)).split("\n").length < 3) await setImmediate();
      assert.equal(
        readFileSync(plugged, "utf8"),
        "network connect --ip 10.0.0.2 --alias x n blue\nnetwork connect --ip 10.0.0.3 --alias y n green\n",
      );
    });
  },
);

test(
  "watchExits() leaves no docker on the server, when it is aborted or the connection drops",
  LIMIT,
  async () => {
    const event = '{"Actor":{"Attributes":{"name":"a","exitCode":"1"}}}';
    const script = `trap 'echo ended >>ended; exit' TERM
echo '${event}'
while :; do sleep 0.05; done`;
    for (const end of ["abort", "cut"] as const) {
      await withFakeDocker(script, async (docker, server) => {
        const abort = new AbortController();
        const watching = docker.watchExits("a=b", {
          sinceMs: 0,
          signal: abort.signal,
          onExit: () => end === "abort" ? abort.abort() : server.cutConnections(),
        });
        if (end === "abort") await watching;
        else await assert.rejects(watching, /dropped/);
        await waitForFile(join(server.folder, "ended"));
      });
    }
  },
);

test(
  "createContainerWithLabels() shows no secret among the server's processes",
  LIMIT,
  async () => {
    const id = "a".repeat(64);
    const script =
      `case $1 in create) ps -A -o args= >processes; env >environment; cat /dev/fd/3 >file; echo ${id} ;; esac`;
    await withFakeDocker(script, async (docker, server) => {
      const secrets = { ONE: new Secret("s3cret-one"), TWO: new Secret("s3cret-two\nline") };
      const spec = { name: "a", image: "i", labels: {}, restart: "no", environment: {} } as const;
      assert.equal(await docker.createContainerWithLabels({ ...spec, secrets }), id);
      const read = (name: string) => readFileSync(join(server.folder, name), "utf8");
      assert.ok(read("processes").includes("sh -s"));
      assert.ok(!read("processes").includes("s3cret"));
      assert.ok(read("environment").includes("TWO=s3cret-two\nline\n"));
      assert.ok(!read("environment").includes("s3cret-one"));
      assert.equal(read("file"), "ONE=s3cret-one\n");
    });
  },
);
