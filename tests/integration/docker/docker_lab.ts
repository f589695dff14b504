/**
 * A real Docker for tests: names that nobody else has, and everything removed at the end.
 *
 * The rule: only what carries the test's own label or name is removed.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createDocker } from "../../../lib/docker/create_docker.ts";
import type { ContainerSpec, Docker, Network } from "../../../lib/docker/types.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";

/** What a test gets. */
export interface DockerLab {
  readonly docker: Docker;
  readonly runner: Runner;
  /** `t-1a2b3c4d`: the beginning of every name. */
  readonly prefix: string;
  /** A label that every container must have, for the cleanup. */
  readonly label: string;
  /** A spec that sleeps; with what the test changes. */
  spec(name: string, changes?: Partial<ContainerSpec>): ContainerSpec;
  /** Creates and starts a container, and gives its name. */
  start(name: string, changes?: Partial<ContainerSpec>): Promise<string>;
  /** Creates the test's network with an address plan. */
  network(): Promise<Network>;
}

const IMAGE = "debian:bookworm-slim";
/** Ends at once on SIGTERM. */
const SLEEP = ["sh", "-c", "trap 'exit 0' TERM; sleep 3600 & wait"];

/** The Docker under test: `unix:///var/run/docker.sock`. */
function dockerHost(): string {
  const host = process.env["LUMA_TEST_DOCKER_HOST"];
  if (host === undefined) throw new Error("Set LUMA_TEST_DOCKER_HOST to a unix:// URL");
  return host;
}

/** Runs `use` with a Docker, and removes what it made. */
export async function withDocker(use: (lab: DockerLab) => Promise<void>): Promise<void> {
  const runner = createLocalRunner({ server: "local", env: { DOCKER_HOST: dockerHost() } });
  const docker = createDocker(runner);
  const prefix = `t-${randomBytes(4).toString("hex")}`;
  const label = `luma.project=${prefix}`;
  const spec: DockerLab["spec"] = (name, changes = {}) => ({
    ...{ name: `${prefix}-${name}`, image: IMAGE, restart: "no", command: SLEEP, init: true },
    ...{ environment: {}, secrets: {} },
    ...changes,
    labels: { "luma.project": prefix, ...changes.labels },
  });
  try {
    await use({
      ...{ docker, runner, prefix, label, spec },
      async start(name, changes) {
        const full = spec(name, changes);
        await docker.createContainerWithLabels(full);
        await docker.startContainer(full.name);
        return full.name;
      },
      network: () => docker.createNetworkWithAddressPlan(`${prefix}-network`, {}),
    });
  } finally {
    for (const { id } of await docker.findContainersByLabel([label])) {
      await docker.removeContainer(id);
    }
    await removeNetworks(runner, prefix);
  }
}

async function removeNetworks(runner: Runner, prefix: string): Promise<void> {
  const list = ["docker", "network", "ls", "--format", "{{.ID}}", "--filter", `name=${prefix}`];
  const { stdout } = await runner.run({ argv: list });
  const ids = stdout.split("\n").filter((id) => id !== "");
  for (const id of ids) await runner.run({ argv: ["docker", "network", "rm", id] });
}

/** Words for `--volume`: a JavaScript runtime at `/bun` and this folder's programs at `/t`. */
export function programVolumes(): readonly string[] {
  const bun = new URL("../../../node_modules/.bin/bun", import.meta.url);
  const here = dirname(fileURLToPath(import.meta.url));
  return [`${realpathSync(fileURLToPath(bun))}:/bun:ro`, `${here}:/t:ro`];
}
