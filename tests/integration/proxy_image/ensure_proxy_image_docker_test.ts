import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import {
  ensureProxyImage,
  type ImageProgress,
  type ProxyImage,
} from "../../../lib/proxy_image/ensure_proxy_image.ts";
import { buildExecutable, createCompilerRunner } from "../../../lib/build/build_executable.ts";
import { ensureHostExecutable } from "../../../lib/build/host_executable.ts";
import { type Host, observeHost } from "../../../lib/proxy_image/host.ts";
import { LIBC_BASE, planImage } from "../../../lib/proxy_image/plan_image.ts";
import { executableContent } from "../../../lib/proxy_image/root_files.ts";
import { sendImage } from "../../../lib/proxy_image/send_image.ts";
import { VERSION } from "../../../proxy/version.ts";
import { docker, DOCKER_HOST, localDocker, localRunner } from "./local_docker.ts";
import { makeStandIn, type StandIn } from "./stand_in.ts";

const options = {
  skip: DOCKER_HOST === undefined ? "LUMA_TEST_DOCKER_HOST is not set" : false,
  timeout: 120_000,
};
const NODE_MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));
/** How luma runs the program: no shell, nothing to write to but /tmp, no capability. */
const CONFINED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"];

test(
  "ensureProxyImage() makes the executable of a checkout into an image, once",
  options,
  () =>
    withStandIn(async ({ standIn, ensure }) => {
      const first = await ensure(standIn.host);
      assert.deepEqual(first.kinds, ["preparing", "sending"]);
      assert.match(first.image.reference, /^luma-proxy:0\.0\.0-test-[0-9a-f]+-[0-9a-f]{12}$/);
      const again = await ensure(standIn.host);
      assert.deepEqual(again.kinds, []);
      assert.deepEqual(again.image, first.image);
      await standIn.setVersion("1.2.4");
      const changed = await ensure(standIn.host);
      assert.notEqual(changed.image.reference, first.image.reference);
      assert.equal(
        await runIn(changed.image, "--version"),
        "1.2.4 luma-proxy luma-proxy --version",
      );
    }),
);

test(
  "ensureProxyImage() makes an image of the luma that runs, which starts itself again",
  options,
  () =>
    withStandIn(async ({ standIn, ensure }) => {
      const { path } = await buildExecutable(
        {
          checkout: standIn.folder,
          name: "luma-proxy",
          target: "host",
          bun: standIn.host.bun ?? "",
        },
        createCompilerRunner(),
      );
      const { image } = await ensure({ ...standIn.host, kind: "executable", execPath: path });
      assert.equal(await runIn(image, "--version"), "1.2.3 luma-proxy luma-proxy --version");
      assert.match(await runIn(image, "again"), /^1\.2\.3 luma-proxy luma-proxy --version$/);
    }),
);

for (const [runtime, execPath] of [["bun", "bun/bin/bun.exe"], ["deno", "deno/deno"]] as const) {
  test(
    `ensureProxyImage() makes an image of ${runtime} and the proxy's modules`,
    options,
    () =>
      withStandIn(async ({ standIn, ensure }) => {
        const { image } = await ensure({
          ...standIn.host,
          kind: "sources",
          runtime: { name: runtime, version: "1.0.0" },
          execPath: `${NODE_MODULES}/${execPath}`,
        });
        assert.match(await runIn(image, "--version"), /^1\.2\.3 .* luma-proxy --version$/);
        assert.match(await runIn(image, "again"), /^1\.2\.3 .* luma-proxy --version$/);
      }),
  );
}

test(
  "the image's programs are found by name, resolve names, and can write to /tmp alone",
  options,
  () =>
    withStandIn(async ({ standIn, ensure, name }) => {
      const { image } = await ensure(standIn.host);
      await docker("network", "create", name);
      try {
        await docker(
          ...["run", "--detach", "--name", name, "--network", name, "--network-alias", "blog"],
          ...[...CONFINED, image.imageId],
        );
        const resolved = JSON.parse(
          await docker("exec", name, "luma-proxy", "resolve", `blog.${name}`),
        );
        assert.match(resolved.resolve4, /^\d+\.\d+\.\d+\.\d+$/);
        assert.equal(resolved.lookup, resolved.resolve4);
        assert.equal(
          await docker("exec", name, "luma-health", "x"),
          "1.2.3 luma-health luma-proxy x",
        );
        await docker("exec", name, "luma-proxy", "write", "/tmp/x");
        await assert.rejects(docker("exec", name, "luma-proxy", "write", "/x"), /EROFS/);
        await assert.rejects(docker("exec", name, "sh", "-c", "true"), /executable file not found/);
      } finally {
        await docker("rm", "--force", "--volumes", name);
        await docker("network", "rm", name);
      }
    }),
);

test(
  "sendImage() makes an image on a base with libc, compressed",
  options,
  (context) =>
    withStandIn(async ({ standIn, version }) => {
      if (await localDocker.inspectImage(LIBC_BASE) === undefined) {
        return context.skip(`the engine has no ${LIBC_BASE}`);
      }
      const { path } = await buildExecutable(
        {
          checkout: standIn.folder,
          name: "luma-proxy",
          target: "host",
          bun: standIn.host.bun ?? "",
        },
        createCompilerRunner(),
      );
      const plan = planImage(version, "0123");
      const content = await executableContent(path, LIBC_BASE);
      await sendImage(plan, content, { runner: localRunner, compress: true });
      assert.equal(
        await docker("run", "--rm", ...CONFINED, plan.reference, "--version"),
        "1.2.3 luma-proxy luma-proxy --version",
      );
    }),
);

test(
  "sendImage() repeats the builder's last line, when the image cannot be made",
  options,
  () =>
    withStandIn(async ({ version }) => {
      const content = { base: "Not/A/Reference", entries: [] };
      await assert.rejects(
        sendImage(planImage(version, "0123"), content, { runner: localRunner }),
        /^LumaError: Cannot make the image "luma-proxy:[^"]+" on local: .*repository name must be lowercase$/,
      );
    }),
);

test(
  "sendImage() stops sending when its signal is aborted, and makes no image",
  options,
  () =>
    withStandIn(async ({ standIn, version }) => {
      const plan = planImage(version, "0123");
      const content = await executableContent(standIn.host.bun ?? "");
      const abort = new AbortController();
      const sending = sendImage(plan, content, {
        runner: localRunner,
        signal: abort.signal,
        report: () => abort.abort(new Error("Ctrl-C")),
      });
      await assert.rejects(sending, /Ctrl-C/);
      assert.equal(await localDocker.inspectImage(plan.reference), undefined);
    }),
);

test(
  "ensureProxyImage() brings the proxy of this checkout",
  options,
  () =>
    withStandIn(async ({ ensure }) => {
      const { image } = await ensure(await observeHost());
      assert.equal(await runIn(image, "--version"), VERSION);
    }),
);

test(
  "the image serves port 80 without a capability, is luma-health by that name, and is small",
  options,
  () =>
    withStandIn(async ({ ensure, name }) => {
      const { image } = await ensure({
        ...await observeHost(),
        kind: "executable",
        execPath: await ensureHostExecutable("luma"),
      });
      const volume = ["--volume", "/var/lib/luma-proxy"];
      await docker("run", "--detach", "--name", name, ...volume, ...CONFINED, image.imageId);
      try {
        const words = ["http://127.0.0.1/up", "--expect", "404", "--wait", "20s"];
        await docker("exec", name, "luma-health", ...words);
        assert.equal(await docker("exec", name, "luma-proxy", "list"), "no routes");
        const sizeBytes = Number(await docker("inspect", "--format", "{{.Size}}", image.imageId));
        // The runtime alone has 107 MB.
        assert.ok(sizeBytes < 125e6, `the image has ${sizeBytes} bytes`);
      } finally {
        await docker("rm", "--force", "--volumes", name);
      }
    }),
);

interface Scene {
  readonly standIn: StandIn;
  /** A version that no other test has; its images are removed at the end. */
  readonly version: string;
  /** A name for a container and a network. */
  readonly name: string;
  ensure(host: Host): Promise<{ image: ProxyImage; kinds: readonly ImageProgress["kind"][] }>;
}

async function withStandIn(use: (scene: Scene) => Promise<void>): Promise<void> {
  const name = `test-${randomBytes(4).toString("hex")}`;
  const version = `0.0.0-${name}`;
  const standIn = await makeStandIn();
  const ensure: Scene["ensure"] = async (host) => {
    const kinds: ImageProgress["kind"][] = [];
    const report = ({ kind }: ImageProgress) => kinds.at(-1) === kind || kinds.push(kind);
    const common = { docker: localDocker, runner: localRunner, version, compress: false };
    return { image: await ensureProxyImage({ ...common, host, report }), kinds };
  };
  try {
    await use({ standIn, version, name, ensure });
  } finally {
    await standIn.remove();
    const format = ["--format", "{{.Repository}}:{{.Tag}}"];
    const images = (await docker("images", ...format, "luma-proxy")).split("\n");
    const own = images.filter((image) => image.includes(version));
    if (own.length > 0) await docker("image", "rm", "--force", ...own);
  }
}

function runIn(image: ProxyImage, ...words: readonly string[]): Promise<string> {
  return docker("run", "--rm", ...CONFINED, image.imageId, ...words);
}
