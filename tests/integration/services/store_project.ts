/**
 * A project with a small database, and an app that cannot live without it.
 *
 * @module
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Container } from "../../../lib/docker/types.ts";
import { type Project, withProject } from "../deploy/project.ts";

export const TOKEN = "s3cret-of-the-store";

/** A project of a test, with the image of both programs. */
export interface StoreProject extends Project {
  readonly image: string;
  readonly host: string;
  /** Writes luma.yml with the app `web` and, unless `db` is empty, the service `db`. */
  writeStore(db?: Store): Promise<void>;
  /** The containers of the service, also stopped ones. */
  containers(): Promise<readonly Container[]>;
  /** Asks the database itself, by its name in the network. */
  ask(path: string, put?: string): Promise<string>;
}

/** What luma.yml says of the service. */
export interface Store {
  readonly environment?: readonly string[];
  readonly more?: string;
  /** False: luma.yml has no services. */
  readonly isThere?: boolean;
}

/** Gives `body` a project, and removes all of it afterwards, its volume too. */
export async function withStore(body: (project: StoreProject) => Promise<void>): Promise<void> {
  await withProject("local", async (project) => {
    const image = await buildImage(project);
    await mkdir(join(project.folder, ".luma"), { mode: 0o700 });
    await writeFile(join(project.folder, ".luma/secrets"), `TOKEN=${TOKEN}\n`, { mode: 0o600 });
    try {
      await body(makeStore(project, image));
    } finally {
      const found = await project.docker.findContainersByLabel([`luma.project=${project.name}`]);
      for (const { name } of found) await project.docker.removeContainer(name);
      await project.runner.run({ argv: ["docker", "volume", "rm", `${project.name}-data`] });
    }
  });
}

function makeStore(project: Project, image: string): StoreProject {
  const { name, docker } = project;
  const host = `${name}.example.com`;
  return {
    ...project,
    image,
    host,
    writeStore: ({ environment = [], more = "", isThere = true } = {}) =>
      project.write(
        webApp(image, "web", host) + (isThere ? service({ image, name, environment, more }) : ""),
      ),
    containers: () => docker.findContainersByLabel([`luma.project=${name}`, "luma.service=db"]),
    async ask(path, put) {
      const [web] = await docker.findContainersByLabel([`luma.project=${name}`, "luma.app=web"]);
      const options = put === undefined ? "{}" : JSON.stringify({ method: "PUT", body: put });
      const script = `console.log(await (await fetch("http://db:5000${path}", ${options})).text())`;
      const output = await docker.exec(web?.name ?? "", { argv: ["bun", "-e", script] });
      return output.stdout.trim();
    },
  };
}

/** The words below `apps:` for the app that needs the database. */
export function webApp(image: string, name: string, host: string): string {
  return `  ${name}:
    image: "${image}"
    command: bun /app/store.ts app
    proxy: { hosts: ["${host}"], app_port: 3000 }
    deploy: { watch: 0s, drain_timeout: 1s, health_timeout: 30s }
`;
}

function service(
  { image, name, environment, more }: {
    readonly image: string;
    readonly name: string;
    readonly environment: readonly string[];
    readonly more: string;
  },
): string {
  return `services:
  db:
    image: "${image}"
    volumes: ["${name}-data:/data"]
    environment: { plain: ${JSON.stringify(environment)}, secret: [TOKEN] }
    deploy: { stop_timeout: 5s, health_timeout: 30s }
${more}`;
}

const DOCKERFILE = (base: string) =>
  `FROM ${base}
USER root
COPY store.ts /app/
HEALTHCHECK --interval=1s --timeout=20s --retries=10 CMD ["bun", "-e", "await fetch('http://127.0.0.1:5000/env')"]
CMD ["bun", "/app/store.ts", "serve"]
`;

/** One image for both programs: the app is checked through the proxy, the database by HEALTHCHECK. */
async function buildImage({ lab, runner }: Project): Promise<string> {
  const image = `${lab.blogImage}-store:v1`;
  const folder = await mkdtemp(join(tmpdir(), "luma-store-"));
  try {
    await copyFile(new URL("./store.ts", import.meta.url), join(folder, "store.ts"));
    await writeFile(join(folder, "Dockerfile"), DOCKERFILE(`${lab.blogImage}:v1`));
    const build = ["docker", "build", "--quiet", "--tag", image, folder];
    const output = await runner.run({ argv: ["env", "DOCKER_BUILDKIT=0", ...build] });
    if (output.status === 0) return image;
    throw new Error(`Cannot build ${image}: ${output.stderr}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
