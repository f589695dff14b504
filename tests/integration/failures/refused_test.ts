import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { writeTar } from "../../../lib/image/tar.ts";
import { blogApp, type Ended, type Project, withProject } from "../deploy/project.ts";
import { visit } from "../deploy/visit.ts";
import { hostOf, loadOn } from "./faulty_app.ts";

const WATCH = "    deploy: { watch: 500ms }\n";

/** Deploys v1, and then tries `apps` under requests: nothing is lost, made or removed. */
async function assertRefused(
  project: Project,
  attempt: { readonly apps: string; readonly expected: readonly RegExp[] },
): Promise<Ended> {
  const { write, luma, lumaOk, docker, lab, name } = project;
  await write(blogApp(`${lab.blogImage}:v1`, { host: hostOf(project, "blog"), more: WATCH }));
  await lumaOk("deploy");
  const load = loadOn(project);
  await write(attempt.apps);
  const refused = await luma("deploy");
  assert.equal(refused.code, 3, refused.stdout);
  for (const pattern of attempt.expected) assert.match(refused.stderr, pattern);
  assert.equal((await visit(lab, hostOf(project, "blog"))).version, "v1");
  const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
  assert.deepEqual(containers.map((container) => container.name), ["blog-blue"]);
  assert.deepEqual((await load.stop()).failures, []);
  return refused;
}

test("luma deploy refuses an image that is nowhere, and says how to bring it", () =>
  withProject("local", async (project) => {
    const image = "luma-test-nowhere:v1";
    await assertRefused(project, {
      apps: blogApp(image, { host: hostOf(project, "blog") }),
      expected: [
        /^Error: Cannot get image "luma-test-nowhere:v1" on local: /m,
        /→ Let luma build it \(build: in luma\.yml\), or push it to a registry/,
      ],
    });
    const planned = await project.luma("plan");
    assert.equal(planned.code, 3);
    assert.match(planned.stderr, /Cannot plan with image "luma-test-nowhere:v1"/);
  }));

/** An image of one empty layer for another processor, as `docker load` reads it. */
async function loadForeignImage({ runner, folder }: Project, tag: string): Promise<void> {
  const layer = await readAll(writeTar([]));
  const config = JSON.stringify({
    architecture: "s390x",
    os: "linux",
    config: { Cmd: ["/app"], ExposedPorts: { "3000/tcp": {} } },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
  });
  const configPath = `${sha256(config)}.json`;
  const manifest = [{ Config: configPath, RepoTags: [tag], Layers: ["layer.tar"] }];
  const archive = await readAll(writeTar([
    { kind: "file", path: configPath, content: config },
    { kind: "file", path: "layer.tar", content: layer },
    { kind: "file", path: "manifest.json", content: JSON.stringify(manifest) },
  ]));
  const file = join(folder, "image.tar");
  await writeFile(file, archive);
  const loaded = await runner.run({ argv: ["docker", "load", "--input", file] });
  assert.equal(loaded.status, 0, loaded.stderr);
}

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

test("luma deploy refuses an image for another processor, and says how to build it", () =>
  withProject("local", async (project) => {
    const image = "luma-test-foreign:v1";
    await loadForeignImage(project, image);
    const { architecture } = await project.docker.info();
    try {
      await assertRefused(project, {
        apps: blogApp(image, { host: hostOf(project, "blog") }),
        expected: [
          new RegExp(
            `^Error: Cannot deploy "blog" on local: Image "${image}" is for s390x, but local is ${architecture}$`,
            "m",
          ),
          new RegExp(
            `→ Build it with: docker build --platform linux/${architecture} --tag ${image} \\.$`,
            "m",
          ),
        ],
      });
    } finally {
      await project.docker.untagImage(image);
    }
  }));

test("luma deploy refuses a host of another project, names its owner, and makes nothing", () =>
  withProject("local", async (owner) => {
    await withProject("local", async (other) => {
      const { lab, luma, docker, write, name } = other;
      await owner.write(
        blogApp(`${lab.blogImage}:v1`, { host: hostOf(owner, "blog"), more: WATCH }),
      );
      await owner.lumaOk("deploy");
      const load = loadOn(owner);
      await write(
        blogApp(`${lab.blogImage}:v2`, { name: "shop", host: hostOf(owner, "blog"), more: WATCH }),
      );
      const refused = await luma("--json", "deploy");
      assert.equal(refused.code, 3, refused.stdout);
      const error = JSON.parse(refused.stdout.trim().split("\n").at(-1) ?? "");
      assert.deepEqual(
        { kind: error.kind, message: error.message, exitCode: error.exitCode },
        {
          kind: "error",
          message: `Cannot deploy "shop" on local: ${hostOf(owner, "blog")} already belongs to ` +
            `app "blog" of project "${owner.name}" on local`,
          exitCode: 3,
        },
      );
      assert.match(error.hint, new RegExp(`luma-proxy remove --project ${owner.name} --app blog`));
      assert.equal((await visit(lab, hostOf(owner, "blog"))).version, "v1");
      assert.equal(await docker.inspectNetwork(`${name}-network`), undefined);
      assert.deepEqual(await docker.findContainersByLabel([`luma.project=${name}`]), []);
      assert.deepEqual((await load.stop()).failures, []);
    });
  }));
