/**
 * A runner and a Docker client for this machine's engine, with what the tests of the image need.
 *
 * The rule: it removes what it made, images and containers, and touches nothing else.
 *
 * @module
 */
import type { Docker, Image } from "../../../lib/docker/types.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";

/** The engine that the tests use; none: they are skipped. */
export const DOCKER_HOST = process.env["LUMA_TEST_DOCKER_HOST"];

/** The part of {@linkcode Docker} that brings an image. */
export type ImageDocker = Pick<Docker, "server" | "info" | "inspectImage" | "pullImage">;

/** Runs commands on this machine, for the engine at {@linkcode DOCKER_HOST}. */
export const localRunner: Runner = createLocalRunner({
  server: "local",
  env: { ...process.env, ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }) },
});

/** Runs `docker` with `words`, and gives what it printed; rejects when it fails. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await localRunner.run({ argv: ["docker", ...words] });
  if (status !== 0) throw new Error(`docker ${words.join(" ")}: ${stderr}${stdout}`);
  return stdout.trim();
}

/** The Docker client that {@linkcode ensureProxyImage} is given. */
export const localDocker: ImageDocker = {
  server: "local",
  async info() {
    const [os = "", processor = ""] =
      (await docker("info", "--format", "{{.OSType}} {{.Architecture}}"))
        .split(" ");
    const architecture = { x86_64: "amd64", aarch64: "arm64" }[processor] ?? processor;
    return { version: "", apiVersion: "", architecture, os, cpus: 0, memoryBytes: 0, rootDir: "" };
  },
  async inspectImage(reference) {
    const { status, stdout } = await localRunner.run({
      argv: ["docker", "image", "inspect", reference],
    });
    if (status !== 0) return undefined;
    const [found] = JSON.parse(stdout) as {
      Id: string;
      Config: { Labels?: Record<string, string> };
    }[];
    if (found === undefined) return undefined;
    const image: Image = {
      ...{ id: found.Id, tags: [reference], digests: [], architecture: "", os: "linux" },
      ...{ sizeBytes: 0, exposedPorts: [], hasHealthCheck: false, layers: [] },
      labels: found.Config.Labels ?? {},
    };
    return image;
  },
  async pullImage(reference) {
    await docker("pull", reference);
  },
};
