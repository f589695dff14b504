/**
 * An app that keeps a file in a volume and holds a port of the server, deployed in place.
 *
 * The rule: each start of a version leaves a line in the file, so that a test sees who ran, and whether
 * two ran at once.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Project, withProject } from "./project.ts";
import { visit } from "./visit.ts";

/** A project with such an app, at v1. */
export interface InPlaceSite extends Project {
  readonly host: string;
  /** The port of the server. */
  readonly port: number;
  /** Writes luma.yml with this version. */
  use(version: string): Promise<void>;
  /** The lines of the file: `start v1`, `end v1`. */
  readJournal(): Promise<readonly string[]>;
}

/** What differs from an app that the proxy serves. */
export interface InPlaceOptions {
  /** More lines below the app. */
  readonly more?: string;
  /** False: clients use the port of the server alone. */
  readonly proxy?: boolean;
}

let nextPort = 21_080;

/** Gives `body` the app at v1, and removes everything afterwards. */
export function withInPlaceSite(
  options: InPlaceOptions,
  body: (site: InPlaceSite) => Promise<void>,
): Promise<void> {
  return withProject("local", async (project) => {
    const { name, runner, docker } = project;
    const port = nextPort++;
    const host = `${name}.test`;
    const volume = `${name}-data`;
    const images = await buildImages(project);
    const use = (version: string) =>
      project.write(inPlaceApp({ name, version, host, port, volume, ...options }));
    const readJournal = async () => {
      const mount = `${volume}:/data:ro`;
      const { stdout } = await runner.run({
        argv: [
          "docker",
          "run",
          "--rm",
          "-v",
          mount,
          "debian:bookworm-slim",
          "cat",
          "/data/journal",
        ],
      });
      return stdout.trim().split("\n");
    };
    await use("v1");
    await project.lumaOk("deploy");
    try {
      await body({ ...project, host, port, use, readJournal });
    } finally {
      for (const container of await docker.findContainersByLabel([`luma.project=${name}`])) {
        await docker.removeContainer(container.name);
      }
      await runner.run({ argv: ["docker", "volume", "rm", "-f", volume] });
      await runner.run({ argv: ["docker", "rmi", "-f", ...images] });
    }
  });
}

/** Fails unless exactly one container of `version` is there, runs, and serves on both ways. */
export async function requireServing(
  site: InPlaceSite,
  wanted: { readonly version: string; readonly when: string; readonly proxy?: boolean },
): Promise<void> {
  const { docker, name, lab, host, port, lumaOk } = site;
  const { version, when, proxy = true } = wanted;
  const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
  const said = `${when}: ${JSON.stringify(containers, undefined, 1)}`;
  assert.equal(containers.length, 1, said);
  assert.equal(containers[0]?.status, "running", said);
  assert.equal(containers[0]?.restartPolicy, "always", said);
  assert.equal(containers[0]?.imageRef === "", false, said);
  assert.deepEqual(containers[0]?.networks[`${name}-network`]?.aliases, ["shop"], said);
  const answer = await fetch(`http://${lab.serverAddress}:${port}/`);
  assert.equal(answer.headers.get("x-app-version"), version, when);
  await answer.text();
  if (proxy) assert.equal((await visit(lab, host)).version, version, when);
  assert.match((await lumaOk("plan")).stdout, /: nothing to do$/m, when);
}

/** Fails where a version started before the one before it had ended. */
export function requireOneAtATime(journal: readonly string[]): void {
  journal.forEach((line, index) => {
    const before = journal[index - 1];
    if (line.startsWith("start") && before !== undefined) {
      assert.match(before, /^end/, journal.join("\n"));
    }
  });
}

async function buildImages({ name, lab, runner }: Project): Promise<readonly string[]> {
  const tags: string[] = [];
  for (const version of ["v1", "v2", "v3", "v4"]) {
    const tag = `${name}-shop:${version}`;
    const stdin = `FROM ${lab.blogImage}:${version}
USER 0
CMD ["sh", "-c", "trap 'kill $app' TERM; echo start $VERSION >>/data/journal; \\
bun /app/server.ts & app=$!; while kill -0 $app 2>/dev/null; do wait $app; done; \\
echo end $VERSION >>/data/journal"]
`;
    const output = await runner.run({ argv: ["docker", "build", "-q", "-t", tag, "-"], stdin });
    assert.equal(output.status, 0, output.stderr);
    tags.push(tag);
  }
  return tags;
}

function inPlaceApp(
  { name, version, host, port, volume, more = "", proxy = true }: InPlaceOptions & {
    readonly name: string;
    readonly version: string;
    readonly host: string;
    readonly port: number;
    readonly volume: string;
  },
): string {
  // The version that is never healthy takes the whole of its time; the others need some on a busy machine.
  const healthTimeout = version === "v3" ? "4s" : "30s";
  return `  shop:
    image: "${name}-shop:${version}"
    ports: ["${port}:3000"]
    volumes: ["${volume}:/data"]
    deploy: { strategy: in-place, watch: 1s, health_timeout: ${healthTimeout} }
${proxy ? `    proxy: { hosts: ["${host}"], app_port: 3000 }\n` : ""}${more}`;
}
