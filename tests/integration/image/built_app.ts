/**
 * An app of a test that is built: its files, and what a run of luma says of its image.
 *
 * @module
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Event } from "../../../lib/report/events.ts";
import type { Ended, Project } from "../deploy/project.ts";

/** Of the file that is below what changes: large enough that nobody sends it twice without being seen. */
const BIG_BYTES = 4_000_000;

/** Of the same file, where the sending has to last for a while. */
export const HUGE_BYTES = 40_000_000;

/** The base of an app that needs no server in it. */
export const SMALL_BASE = "debian:bookworm-slim";

/** A worker that is healthy at once, and ends when it is told to. */
export const WORKER =
  `HEALTHCHECK --interval=200ms CMD true\nCMD ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]`;

/** Writes the Dockerfile, a large file, and a small one that a new version changes. */
export async function writeApp(
  { folder, lab }: Project,
  { note, base = `${lab.blogImage}:v1`, bigBytes = BIG_BYTES, more = "" }: {
    readonly note: string;
    readonly base?: string;
    readonly bigBytes?: number;
    /** Instructions at the end. */
    readonly more?: string;
  },
): Promise<void> {
  await writeFile(join(folder, "big"), randomBytes(bigBytes));
  await writeFile(join(folder, "Dockerfile"), dockerfile(base, more));
  await writeNote(folder, note);
}

function dockerfile(base: string, more: string): string {
  return `FROM ${base}\nCOPY big /big\nARG RELEASE=built\nENV VERSION=$RELEASE\nCOPY note /app/files/\n${more}\n`;
}

/** Changes the file that is the last layer. */
export async function writeNote(folder: string, note: string): Promise<void> {
  await writeFile(join(folder, "note"), note);
}

/** The same for an app that the proxy does not serve. */
export function builtWorker(build: string): string {
  return `  blog:\n    build: { ${build} }\n    deploy: { watch: 100ms }\n`;
}

/** The words below `apps:`. `build` is what stands in its braces. */
export function builtApp(project: Project, build: string, more = ""): string {
  return `  blog:
    build: { ${build} }
    proxy: { hosts: ["${project.name}.test"], app_port: 3000 }
    deploy: { watch: 500ms }
${more}`;
}

/** What `luma --json` printed of one kind. */
export function eventsOf<Kind extends Event["kind"]>(
  { stdout }: Ended,
  kind: Kind,
): readonly Extract<Event, { readonly kind: Kind }>[] {
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Event)
    .filter((event): event is Extract<Event, { readonly kind: Kind }> => event.kind === kind);
}

/** The note in the container that runs. */
export async function readNote({ docker, name }: Project): Promise<string> {
  const [container, ...others] = await docker.findContainersByLabel([`luma.project=${name}`]);
  assert.deepEqual(others, []);
  const { stdout } = await docker.exec(container?.name ?? "", { argv: ["cat", "/app/files/note"] });
  return stdout;
}

/** Takes the names of what was built from the server. */
export async function forgetBuilds({ docker, name }: Project): Promise<void> {
  for (const repository of [`luma-build/${name}.*`, `luma/${name}.*`, `acme/${name}`]) {
    for (const { tag } of await docker.listImages(repository)) await docker.untagImage(tag);
  }
}
