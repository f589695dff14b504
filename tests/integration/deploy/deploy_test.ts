import assert from "node:assert/strict";
import { test } from "node:test";
import { blogApp, withProject } from "./project.ts";
import { visit } from "./visit.ts";

for (const reach of ["local", "ssh"] as const) {
  test(`luma deploy (${reach}) deploys, leaves alone what did not change, and goes from color to color`, () =>
    withProject(reach, async ({ lab, lumaOk, write, docker, name }) => {
      const server = reach === "ssh" ? lab.serverName : "local";
      await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
      const first = await lumaOk("deploy", "blog");
      assert.equal(
        first.stdout.replace(/^.*(network|luma-proxy|Ready).*\n/gm, ""),
        `[${server}] Deploying blog...\n[${server}] Health check: ✓ Healthy\n[${server}] Deployment complete ✅\n`,
      );
      assert.equal((await visit(lab, `${name}.test`)).version, "v1");
      assert.match((await lumaOk("deploy")).stdout, /blog is up to date/);
      assert.match((await lumaOk("plan")).stdout, /blog \(blue\): nothing to do/);

      await write(blogApp(`${lab.blogImage}:v2`, { host: `${name}.test`, replicas: 2 }));
      assert.match(
        (await lumaOk("deploy", "--dry-run")).stdout,
        /blue → green, 2 replicas: image changed, replicas 1 → 2/,
      );
      assert.equal((await visit(lab, `${name}.test`)).version, "v1");
      const second = await lumaOk("deploy");
      assert.equal(
        second.stdout,
        `[${server}] Deploying blog (2 replicas)...
[${server}] Current active: blue, deploying: green
[${server}] Health checks: ✓ 2/2 replicas healthy
[${server}] Switching traffic to green containers...
[${server}] Deployment complete ✅
`,
      );
      assert.match(second.stderr, /Took [\d.]+ s: prepare [\d.]+, start [\d.]+, health/);
      assert.equal((await visit(lab, `${name}.test`)).version, "v2");
      const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
      assert.deepEqual(containers.map((container) => container.name).sort(), [
        "blog-green-1",
        "blog-green-2",
      ]);
      assert.deepEqual(containers.map(({ restartPolicy }) => restartPolicy), [
        "always",
        "always",
      ]);
      assert.match(
        (await lumaOk("status", "blog")).stdout,
        new RegExp(
          `📱 App: blog
   Status: ✅ RUNNING \\(green active\\)
   Replicas: 2/2 running
   Colors: 0 blue, 2 green
   \\[${server}\\] Status: Running \\(2 replicas\\)
   \\[${server}\\] Health: ✓ 2/2 replicas healthy
   \\[${server}\\] Last deployed: \\d+ seconds? ago`,
        ),
      );
      assert.match((await lumaOk("plan")).stdout, /nothing to do/);
    }));
}

test("luma deploy keeps the old version when the new one is not healthy, and shows why", () =>
  withProject("local", async ({ lab, luma, lumaOk, write, docker, name }) => {
    const health = "    deploy: { health_timeout: 6s }\n";
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test` }));
    await lumaOk("deploy");
    await write(blogApp(`${lab.blogImage}:v3`, { host: `${name}.test`, more: health }));
    const failed = await luma("deploy");
    assert.equal(failed.code, 3);
    assert.match(
      failed.stderr,
      /Health check of "blog" failed on local: 0 of 1 replicas healthy in 6 s/,
    );
    assert.match(failed.stderr, /500/);
    assert.match(failed.stderr, /blog-green \| .*listens/);
    assert.equal((await visit(lab, `${name}.test`)).version, "v1");
    const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.deepEqual(containers.map((container) => container.name), ["blog-blue"]);
  }));

test("luma deploy says how a replica ended that exits at once", () =>
  withProject("local", async ({ luma, write, docker, name }) => {
    await write(blogApp("debian:bookworm-slim", {
      host: `${name}.test`,
      more: `    command: ["sh", "-c", "echo no database >&2; exit 7"]\n`,
    }));
    const failed = await luma("deploy");
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /blog-blue of "blog" on local exited with status 7/);
    assert.match(failed.stderr, /blog-blue \| no database/);
    assert.deepEqual(await docker.findContainersByLabel([`luma.project=${name}`]), []);
  }));

test("luma deploy brings an app without proxy into use by its alias, and leaves one color", () =>
  withProject("local", async ({ lumaOk, write, docker, name }) => {
    const worker = (word: string) =>
      `  worker:
    image: debian:bookworm-slim
    command: ["sh", "-c", "trap 'exit 0' TERM; echo ${word}; while :; do sleep 0.2; done"]
    deploy: { watch: 500ms }
`;
    await write(worker("one"));
    await lumaOk("deploy");
    await write(worker("two"));
    assert.match((await lumaOk("plan")).stdout, /blue → green: command changed/);
    await lumaOk("deploy");
    const [container, ...others] = await docker.findContainersByLabel([`luma.project=${name}`]);
    assert.deepEqual(others, []);
    assert.equal(container?.name, "worker-green");
    assert.deepEqual(container?.networks[`${name}-network`]?.aliases, ["worker"]);
    assert.match((await lumaOk("status")).stdout, /RUNNING \(green active\)/);
  }));

test("luma deploy hands secrets over without showing them anywhere", () =>
  withProject("local", async ({ lab, lumaOk, luma, write, docker, runner, name, folder }) => {
    const { mkdir, writeFile } = await import("node:fs/promises");
    const secret = "s3cret-'\"$x-value";
    const pem = "-----BEGIN KEY-----\\nabc\\n-----END KEY-----";
    await mkdir(`${folder}/.luma`, { mode: 0o700 });
    await writeFile(`${folder}/.luma/secrets`, `TOKEN='${"s3cret-"}'\nPEM="${pem}"\n`, {
      mode: 0o600,
    });
    await writeFile(`${folder}/.luma/secrets`, `TOKEN="s3cret-'\\"$x-value"\nPEM="${pem}"\n`, {
      mode: 0o600,
    });
    const more = "    environment: { secret: [TOKEN, PEM] }\n";
    await write(blogApp(`${lab.blogImage}:v1`, { host: `${name}.test`, more }));
    const runs = [
      await luma("plan"),
      await luma("--json", "plan"),
      await lumaOk("--json", "--verbose", "deploy"),
      await luma("--json", "status"),
    ];
    const [container] = await docker.findContainersByLabel([`luma.project=${name}`]);
    const inside = await docker.exec(container?.name ?? "", {
      argv: ["sh", "-c", 'printf %s "$TOKEN|$PEM"'],
    });
    assert.equal(inside.stdout, `${secret}|-----BEGIN KEY-----\nabc\n-----END KEY-----`);
    const receipts = await runner.run({
      argv: ["sh", "-c", `cat /var/lib/luma/receipts/${name}/blog/*`],
    });
    const seen = [
      JSON.stringify(container?.labels),
      receipts.stdout,
      ...runs.map((run) => run.stdout + run.stderr),
    ];
    for (const text of seen) assert.ok(!text.includes("s3cret"), text);
  }));
