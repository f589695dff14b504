/**
 * An app that is deployed with a fault: as the first version of an app, and over one that serves.
 *
 * The rule: whatever the fault is, no request is lost, the old version serves afterwards, and nothing of
 * the new one is left.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { type Load, startLoad } from "../../load/start_load.ts";
import { blogApp, type Ended, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";

const FOLDER = resolve(import.meta.dirname ?? ".", "app");
const IMAGE = "luma-test-faulty";

/** A deployment that is to fail, and what a person is to read then. */
export interface Fault {
  /** One of the faults of app/faulty.ts. */
  readonly fault: string;
  /** More lines of the app in luma.yml, indented by four. */
  readonly more?: string;
  /** Standard error has to have each of them. */
  readonly expected: readonly RegExp[];
}

/** Builds the image of the faulty app; where it is built already, Docker does nothing. */
export async function buildFaultyImage({ runner, lab }: Project): Promise<string> {
  const built = await runner.run({
    // The plain builder: distributions ship Docker without the other one.
    argv: [
      ...["env", "DOCKER_BUILDKIT=0", "docker", "build", "--tag", IMAGE],
      ...["--build-arg", `BASE=${lab.blogImage}:v1`, FOLDER],
    ],
  });
  assert.equal(built.status, 0, built.stderr);
  return IMAGE;
}

/** The words below `apps:` for a faulty app. */
export function faultyApp(
  project: Project,
  { name, fault = "none", lateMs = 0, more = "" }: {
    readonly name: string;
    readonly fault?: string;
    /** Milliseconds since its start, before which it does nothing at all. */
    readonly lateMs?: number;
    readonly more?: string;
  },
): string {
  const environment = `["FAULT=${fault}", "LATE_MS=${lateMs}"]`;
  return blogApp(IMAGE, {
    name,
    host: hostOf(project, name),
    more: `    environment: { plain: ${environment} }\n${more}`,
  });
}

/** The host of an app of a test. */
export function hostOf({ name }: Project, app: string): string {
  return `${app}.${name}.test`;
}

/** Deploys each of the faults in both ways, while requests are made to the old version. */
export function testFaults(faults: readonly Fault[]): Promise<void> {
  return withProject("local", async (project) => {
    await buildFaultyImage(project);
    await deployOld(project);
    const load = loadOn(project);
    for (const fault of faults) await testFault(project, fault);
    const report = await load.stop();
    assert.deepEqual(report.failures, []);
    assert.ok(report.requests > 100, `${report.requests} requests`);
  });
}

/** Deploys the version that is to survive. */
async function deployOld(project: Project): Promise<void> {
  const { lab, write, lumaOk } = project;
  await write(blogApp(`${lab.blogImage}:v1`, { host: hostOf(project, "blog") }));
  await lumaOk("deploy");
}

/** Requests to the app "blog". */
export function loadOn(project: Project): Load {
  return startLoad({
    address: project.lab.serverAddress,
    port: 80,
    host: hostOf(project, "blog"),
    kinds: ["kept alive", "new connection"],
    ratePerSecond: 60,
  });
}

async function testFault(project: Project, { fault, more = "", expected }: Fault): Promise<void> {
  const { write, luma, lab, docker, name } = project;
  // Both names are the project's own, so that both apps can be deployed at the same time.
  const apps = ["blog", "first"].map((app) => faultyApp(project, { name: app, fault, more }));
  await write(apps.join(""));
  const [second, first] = await Promise.all([luma("deploy", "blog"), luma("deploy", "first")]);
  for (const ended of [first, second]) assertFailed(ended, { fault, expected });
  assert.match(second.stderr, /^\[local\] The old version of blog \(blue\) is in use, as before$/m);
  assert.match(first.stderr, /^\[local\] Nothing of first is left: it was not deployed before$/m);
  const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
  assert.deepEqual(containers.map((container) => container.name), ["blog-blue"], fault);
  assert.equal((await visit(lab, hostOf(project, "blog"))).version, "v1", fault);
}

function assertFailed(
  { code, stderr }: Ended,
  { fault, expected }: Pick<Fault, "fault" | "expected">,
): void {
  assert.equal(code, 3, `${fault}: ${stderr}`);
  for (const pattern of expected) assert.match(stderr, pattern, fault);
  assert.match(stderr, /^ {2}→ \S/m, `${fault}: what to do next is missing`);
}
