import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { Image } from "../../../lib/docker/types.ts";
import {
  type EnsureOptions,
  ensureProxyImage,
  type ImageProgress,
} from "../../../lib/proxy_image/ensure_proxy_image.ts";
import type { Host } from "../../../lib/proxy_image/host.ts";
import type { Command } from "../../../lib/ssh/runner.ts";

test("ensureProxyImage() pulls the configured image, and only when it is not there", () =>
  withServer({}, async ({ ensure, log }) => {
    const image = await ensure({ configured: "acme/proxy:1" });
    assert.deepEqual(image, {
      reference: "acme/proxy:1",
      imageId: "id of acme/proxy:1",
      command: ["luma-proxy"],
    });
    await ensure({ configured: "acme/proxy:1" });
    assert.deepEqual(log, ["pull acme/proxy:1"]);
  }));

test("ensureProxyImage() sends what it is made of, compressed, and nothing the second time", () =>
  withServer({}, async ({ ensure, log, sent }) => {
    const image = await ensure({});
    assert.match(image.reference, /^luma-proxy:1\.0\.0-[0-9a-f]{12}$/);
    await ensure({});
    assert.deepEqual(log, [`build ${image.reference}`]);
    const archive = gunzipSync(Buffer.concat(sent)).toString("latin1");
    assert.ok(archive.startsWith("Dockerfile\0"));
    assert.ok(archive.includes("rootfs/usr/local/bin/luma-proxy\0"));
    assert.ok(archive.includes("a static program"));
  }));

test("ensureProxyImage() tells the bytes that were sent, up to all of them", () =>
  withServer({}, async ({ ensure, progress }) => {
    await ensure({ compress: false });
    assert.equal(progress[0]?.kind, "preparing");
    const last = progress.at(-1);
    assert.ok(last?.kind === "sending");
    assert.equal(last.sentBytes, last.totalBytes);
  }));

test("ensureProxyImage() takes a published image where one of this version can be pulled", () =>
  withServer({ registry: { "luma/luma-proxy:1.0.0": "1.0.0" } }, async ({ ensure, log }) => {
    const image = await ensure({ published: true });
    assert.equal(image.reference, "luma/luma-proxy:1.0.0");
    await ensure({ published: true });
    assert.deepEqual(log, ["pull luma/luma-proxy:1.0.0"]);
  }));

test("ensureProxyImage() makes the image where none can be pulled, or one of another version", async () => {
  for (const registry of [undefined, { "luma/luma-proxy:1.0.0": "0.9.0" }]) {
    await withServer({ ...(registry && { registry }) }, async ({ ensure, log, progress }) => {
      const image = await ensure({ published: true });
      assert.deepEqual(log, ["pull luma/luma-proxy:1.0.0", `build ${image.reference}`]);
      assert.ok(progress.some(({ kind }) => kind === "not pulled"));
      await ensure({ published: true });
      assert.equal(log.length, 2);
    });
  }
});

test("ensureProxyImage() pulls for a server of another platform, and else says what to do", async () => {
  const registry = { "luma/luma-proxy:1.0.0": "1.0.0" };
  await withServer({ architecture: "arm64", registry }, async ({ ensure }) => {
    assert.equal((await ensure({ published: true })).reference, "luma/luma-proxy:1.0.0");
    await assert.rejects(ensure({}), /the server runs linux\/arm64, this machine linux\/amd64/);
  });
});

test("ensureProxyImage() does not believe an image whose label is not what was sent", () =>
  withServer({ labels: { "luma.proxy.digest": "another" } }, async ({ ensure }) => {
    await assert.rejects(ensure({}), /Cannot use the image .*: its label is not what was sent/);
  }));

test("ensureProxyImage() repeats why the build failed", () =>
  withServer({ buildError: "Sending…\nno space left on device\n" }, async ({ ensure }) => {
    await assert.rejects(ensure({}), /Cannot make the image .* on web1: no space left on device$/);
  }));

test("ensureProxyImage() ends with the reason of its signal, not with another image", () =>
  withServer({}, async ({ ensure, log }) => {
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    await assert.rejects(ensure({ published: true, signal }), /Ctrl-C/);
    assert.deepEqual(log.filter((line) => line.startsWith("build")), []);
  }));

interface ServerParts {
  readonly architecture?: string;
  /** Version labels of the images that can be pulled, by reference. */
  readonly registry?: Readonly<Record<string, string>>;
  /** Labels of an image that is built, instead of those asked for. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly buildError?: string;
}

interface Server {
  readonly log: string[];
  readonly sent: Uint8Array[];
  readonly progress: ImageProgress[];
  ensure(options: Partial<EnsureOptions>): ReturnType<typeof ensureProxyImage>;
}

async function withServer(
  parts: ServerParts,
  use: (server: Server) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-ensure-"));
  const execPath = join(folder, "luma");
  await writeFile(execPath, "a static program");
  const host: Host = {
    kind: "executable",
    platform: { os: "linux", arch: "amd64" },
    runtime: { name: "bun", version: "1" },
    execPath,
    rootUrl: "file:///$bunfs/",
  };
  try {
    await use(fakeServer(parts, host));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function fakeServer(parts: ServerParts, host: Host): Server {
  const images = new Map<string, Image>();
  const { log, sent, progress }: Pick<Server, "log" | "sent" | "progress"> = {
    ...{ log: [], sent: [], progress: [] },
  };
  const docker: EnsureOptions["docker"] = {
    server: "web1",
    info: async () => ({
      ...{
        version: "1",
        apiVersion: "1",
        os: "linux",
        architecture: parts.architecture ?? "amd64",
      },
      ...{ cpus: 1, memoryBytes: 1, rootDir: "/" },
    }),
    inspectImage: async (reference) => images.get(reference),
    pullImage: async (reference, options) => {
      options?.signal?.throwIfAborted();
      log.push(`pull ${reference}`);
      const version = parts.registry?.[reference] ??
        (reference.startsWith("acme/") ? "" : undefined);
      if (version === undefined) throw new Error("no such host");
      images.set(reference, image(reference, { "luma.proxy.version": version }));
    },
  };
  const run = async ({ argv, stdin }: Command) => {
    const reference = argv[argv.indexOf("--tag") + 1] ?? "";
    log.push(`build ${reference}`);
    for await (const chunk of stdin as AsyncIterable<Uint8Array>) sent.push(chunk);
    if (parts.buildError !== undefined) return { status: 1, stdout: "", stderr: parts.buildError };
    const digest = argv.find((word) => word.startsWith("DIGEST="))?.slice(7) ?? "";
    images.set(reference, image(reference, parts.labels ?? { "luma.proxy.digest": digest }));
    return { status: 0, stdout: "", stderr: "" };
  };
  const runner = { server: "web1", run, close: async () => {} };
  const report = (event: ImageProgress) => progress.push(event);
  const ensure: Server["ensure"] = (options) =>
    ensureProxyImage({ docker, runner, version: "1.0.0", host, report, ...options });
  return { log, sent, progress, ensure };
}

function image(reference: string, labels: Readonly<Record<string, string>>): Image {
  return {
    ...{ id: `id of ${reference}`, tags: [reference], digests: [], architecture: "amd64" },
    ...{ os: "linux", sizeBytes: 1, exposedPorts: [], hasHealthCheck: false, labels, layers: [] },
  };
}
