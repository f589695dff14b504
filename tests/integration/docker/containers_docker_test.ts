/**
 * Containers and images on a real Docker.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { createDocker } from "../../../lib/docker/create_docker.ts";
import { AddressTakenError, DockerError } from "../../../lib/docker/docker_error.ts";
import type { Command } from "../../../lib/ssh/runner.ts";
import { withDocker } from "./docker_lab.ts";

/** Real processes take longer than a test usually may. */
const LIMIT = { timeout: 60_000 };

const PEM = "-----BEGIN KEY-----\nMII'E$(id)\\n\"\n\n-----END KEY-----\n";

test("info() describes the engine", LIMIT, async () => {
  await withDocker(async ({ docker }) => {
    const info = await docker.info();
    assert.match(info.version, /^\d+\.\d+/);
    assert.match(info.apiVersion, /^1\.\d+$/);
    assert.match(info.architecture, /^(amd64|arm64)$/);
    assert.equal(info.os, "linux");
    assert.ok(info.cpus > 0 && info.memoryBytes > 0 && info.rootDir.startsWith("/"));
  });
});

test(
  "createContainerWithLabels() gives the environment exactly, and shows it in no command line",
  LIMIT,
  async () => {
    await withDocker(async ({ runner, spec }) => {
      const asked: Command[] = [];
      const run = (command: Command) => {
        asked.push(command);
        return runner.run(command);
      };
      const docker = createDocker({ ...runner, run });
      const secrets = {
        KEY: new Secret(PEM),
        TOKEN: new Secret("s3cret-t0ken"),
        EMPTY: new Secret(""),
      };
      const environment = {
        ...{
          PATH: "/usr/bin:/bin:/app",
          DOCKER_HOST: "tcp://127.0.0.1:1",
          "odd.name-1": "  'a'  $x  ",
        },
        ...{ CR: "a\rb\r", LONG: "l".repeat(70_000) },
      };
      const full = spec("a", { environment, secrets });
      await docker.createContainerWithLabels(full);
      await docker.startContainer(full.name);
      const { stdout } = await docker.exec(full.name, { argv: ["cat", "/proc/1/environ"] });
      const actual = new Set(stdout.split("\0"));
      const expected = { ...environment, KEY: PEM, TOKEN: "s3cret-t0ken", EMPTY: "" };
      for (const [name, value] of Object.entries(expected)) {
        assert.ok(actual.has(`${name}=${value}`), `${name}: ${stdout}`);
      }
      const words = asked.flatMap(({ argv }) => argv).join(" ");
      assert.ok(!/s3cret|MII|odd\.name|lllll/.test(words), words);
    });
  },
);

test(
  "createContainerWithLabels() limits log files, and findContainersByLabel() finds stopped ones",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, runner, spec, label, prefix }) => {
      const id = await docker.createContainerWithLabels(
        spec("a", { labels: { "luma.app": "x y" } }),
      );
      const [container] = await docker.findContainersByLabel([label, "luma.app=x y"]);
      assert.equal(container?.id, id);
      assert.equal(container?.status, "created");
      assert.equal(container?.startedAtMs, undefined);
      assert.deepEqual(container?.labels, { "luma.project": prefix, "luma.app": "x y" });
      assert.deepEqual(await docker.findContainersByLabel([label, "luma.app=x"]), []);
      const argv = ["docker", "container", "inspect", "-f", "{{json .HostConfig.LogConfig}}", id];
      const log = JSON.parse((await runner.run({ argv })).stdout);
      if (log.Type === "json-file") {
        assert.deepEqual(log.Config, { "max-file": "3", "max-size": "10m" });
      }
    });
  },
);

test(
  "createContainerWithLabels() gives an address to one only, stopped ones included",
  LIMIT,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "luma-test-"));
    try {
      await withDocker(async (lab) => {
        const network = await lab.network();
        const address = network.subnet?.replace(/\.0\/\d+$/, ".9") ?? "";
        const exclusiveAddress = { lockFile: join(folder, "x y", "lock"), label: lab.label };
        const changes = { network: network.name, address, exclusiveAddress };
        const names = ["a", "b", "c", "d"];
        const results = await Promise.allSettled(
          names.map((name) => lab.docker.createContainerWithLabels(lab.spec(name, changes))),
        );
        const lost = results.flatMap((result) =>
          result.status === "rejected" ? [result.reason] : []
        );
        assert.equal(lost.length, 3);
        for (const error of lost) {
          assert.ok(error instanceof AddressTakenError, String(error));
          assert.match(error.message, new RegExp(`${address} is taken by ${lab.prefix}-[a-d]$`));
        }
        // Another address in the same network, and the same address elsewhere, are free.
        const other = { ...changes, address: address.replace(/9$/, "10") };
        await lab.docker.createContainerWithLabels(lab.spec("e", other));
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test(
  "inspectContainers() leaves missing ones out, and takes no id's beginning for a name",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, spec, prefix }) => {
      const id = await docker.createContainerWithLabels(spec("a"));
      const names = [`${prefix}-a`, `${prefix}-missing`, id.slice(0, 8)];
      const found = await docker.inspectContainers(names);
      assert.deepEqual(found.map(({ name }) => name), [`${prefix}-a`]);
      await docker.removeContainer(id.slice(0, 8));
      assert.equal((await docker.inspectContainers([id])).length, 1);
      await assert.rejects(docker.startContainer(id.slice(0, 8)), DockerError);
    });
  },
);

test(
  "gracefulShutdown() tells who ended by itself, who was killed, and who did not run",
  LIMIT,
  async () => {
    await withDocker(async (lab) => {
      const good = await lab.start("good", {
        command: ["sh", "-c", "trap 'exit 5' TERM; sleep 60 & wait"],
        init: false,
      });
      const deaf = await lab.start("deaf", {
        command: ["sh", "-c", "trap '' TERM; sleep 60 & wait"],
        init: false,
      });
      const ended = await lab.docker.gracefulShutdown(good, 10_000);
      assert.deepEqual({ ...ended, tookMs: 0 }, { exitCode: 5, killed: false, tookMs: 0 });
      assert.ok(ended.tookMs < 9000);
      const killed = await lab.docker.gracefulShutdown(deaf, 900);
      assert.deepEqual({ ...killed, tookMs: 0 }, { exitCode: 137, killed: true, tookMs: 0 });
      assert.ok(killed.tookMs >= 1000);
      const again = await lab.docker.gracefulShutdown(good, 10_000);
      assert.deepEqual(again, { exitCode: 5, killed: false, tookMs: 0 });
      await assert.rejects(
        lab.docker.gracefulShutdown(`${lab.prefix}-none`, 0),
        /No such container/i,
      );
    });
  },
);

test(
  "renameContainer(), setRestartPolicy() and removeContainer() do so, and again is no error",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, start, prefix }) => {
      const name = await start("a");
      await docker.renameContainer(name, `${prefix}-b`);
      await docker.setRestartPolicy([`${prefix}-b`], "unless-stopped");
      const [found] = await docker.inspectContainers([`${prefix}-b`]);
      assert.equal(found?.restartPolicy, "unless-stopped");
      await docker.removeContainer(`${prefix}-b`);
      await docker.removeContainer(`${prefix}-b`);
      assert.deepEqual(await docker.inspectContainers([`${prefix}-b`]), []);
    });
  },
);

test(
  "removeContainer() waits for the end, when Docker is removing the container already",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, start }) => {
      const name = await start("a");
      await Promise.all([1, 2, 3].map(() => docker.removeContainer(name)));
      assert.deepEqual(await docker.inspectContainers([name]), []);
    });
  },
);

test("containerLogs() gives the newest lines of both streams in order", LIMIT, async () => {
  await withDocker(async ({ docker, start, prefix }) => {
    const script =
      "for i in 1 2 3; do echo out $i; sleep 0.02; echo err $i >&2; sleep 0.02; done; echo end";
    const name = await start("a", { command: ["sh", "-c", script] });
    while ((await docker.inspectContainers([name]))[0]?.status !== "exited");
    const lines = await docker.containerLogs(name, 4);
    assert.equal(lines.length, 4);
    assert.ok(lines.every((line) => /^(out|err) \d$|^end$/.test(line)), lines.join());
    await assert.rejects(docker.containerLogs(`${prefix}-none`, 1), /No such container/i);
  });
});

test(
  "exec() gives the command's own status, input and output, and an error when nothing runs",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, start, spec }) => {
      const name = await start("a");
      const argv = ["sh", "-c", "cat; echo err >&2; exit 7"];
      const output = await docker.exec(name, { argv, stdin: "in\n" });
      assert.deepEqual(output, { status: 7, stdout: "in\n", stderr: "err\n" });
      const stopped = spec("b");
      await docker.createContainerWithLabels(stopped);
      await assert.rejects(docker.exec(stopped.name, { argv: ["true"] }), DockerError);
    });
  },
);

test("images are inspected, tagged, listed and untagged", LIMIT, async () => {
  await withDocker(async ({ docker, prefix }) => {
    const image = await docker.inspectImage("debian:bookworm-slim");
    assert.equal(image?.os, "linux");
    const tag = `luma/${prefix}:1`;
    await docker.tagImage("debian:bookworm-slim", tag);
    assert.deepEqual(await docker.listImages(`luma/${prefix}:*`), [{ id: image?.id, tag }]);
    await docker.untagImage(tag);
    await docker.untagImage(tag);
    assert.deepEqual(await docker.listImages(`luma/${prefix}:*`), []);
    assert.equal(await docker.inspectImage(tag), undefined);
  });
});

test(
  "createContainerWithLabels() says that the image is missing, and pulls nothing",
  LIMIT,
  async () => {
    await withDocker(async ({ docker, spec, prefix }) => {
      const create = docker.createContainerWithLabels(spec("a", { image: `luma/${prefix}:none` }));
      await assert.rejects(create, (error: unknown) => {
        assert.ok(error instanceof DockerError);
        assert.equal(error.kind, "no-image");
        return true;
      });
    });
  },
);
