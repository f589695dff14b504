import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { blogApp, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";

/** Puts a program in the proxy's place that answers `status` as one of another version does. */
async function standIn(
  { folder, runner }: Project,
  status: { readonly api: number; readonly version: string },
): Promise<void> {
  const program = join(folder, "luma-proxy");
  const answer = { ...status, pid: 1, startedAtMs: 0, workers: [], warnings: [], routes: [] };
  await writeFile(program, `#!/bin/sh\ncat >/dev/null\necho '${JSON.stringify(answer)}'\n`);
  await chmod(program, 0o755);
  await runner.run({ argv: ["docker", "rm", "-f", "luma-proxy"] });
  const labels = [
    "--label",
    "luma.role=proxy",
    "--label",
    `luma.image=luma-proxy:${status.version}`,
  ];
  const place = ["--name", "luma-proxy", "--network", "container:luma-proxy-net"];
  const started = await runner.run({
    argv: [
      ...["docker", "run", "--detach", ...place, ...labels],
      ...["--volume", `${program}:/usr/local/bin/luma-proxy:ro`],
      ...["debian:bookworm-slim", "sh", "-c", "trap 'exit 0' TERM; sleep 3600 & wait"],
    ],
  });
  assert.equal(started.status, 0, started.stderr);
}

async function write({ write, lab, name }: Project, version: string): Promise<void> {
  const more = "    deploy: { watch: 500ms }\n";
  await write(blogApp(`${lab.blogImage}:${version}`, { host: `${name}.test`, more }));
}

test("luma deploy refuses a proxy that an older luma made, and luma setup replaces it", () =>
  withProject("local", async (project) => {
    const { luma, lumaOk, lab, name } = project;
    await write(project, "v1");
    await lumaOk("deploy");
    await standIn(project, { api: 0, version: "0.0.1" });
    await write(project, "v2");
    const refused = await luma("deploy");
    assert.equal(refused.code, 3, refused.stdout);
    assert.match(
      refused.stderr,
      /^Error: Cannot deploy "blog" on local: luma-proxy 0\.0\.1 on local speaks version 0 of its API/m,
    );
    assert.match(refused.stderr, /→ Replace the proxy, without losing a connection: luma setup$/m);
    assert.match((await lumaOk("setup")).stdout, /Replacing luma-proxy/);
    await lumaOk("deploy");
    assert.equal((await visit(lab, `${name}.test`)).version, "v2");
  }));

test("luma deploy refuses a proxy that a newer luma made, and does not take it from the others", () =>
  withProject("local", async (project) => {
    const { luma, lumaOk } = project;
    await write(project, "v1");
    await lumaOk("deploy");
    await standIn(project, { api: 2, version: "9.0.0" });
    await write(project, "v2");
    const refused = await luma("deploy");
    assert.equal(refused.code, 3, refused.stdout);
    assert.match(refused.stderr, /luma-proxy 9\.0\.0 on local speaks version 2 of its API/);
    assert.match(refused.stderr, /→ Use a newer luma: this one is \d/);
    assert.doesNotMatch(refused.stderr, /luma setup/);
    // What the other tests of this server need.
    await lumaOk("setup");
  }));
