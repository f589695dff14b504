import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../../lib/doctor/types.ts";
import { blogApp, type Project, withProject } from "../deploy/project.ts";

async function findings(
  { luma }: Project,
  ...names: readonly string[]
): Promise<{ readonly code: number | null; readonly found: readonly Finding[] }> {
  const { code, stdout, stderr } = await luma("doctor", "--json", ...names);
  assert.equal(stderr, "");
  return { code, found: stdout.trim().split("\n").map((line) => JSON.parse(line) as Finding) };
}

function marksOf(found: readonly Finding[], check: Finding["check"]): readonly string[] {
  return found.filter((finding) => finding.check === check).map(({ mark }) => mark);
}

test("luma doctor finds nothing bad on a sound server, and names what is", () =>
  withProject("ssh", async (project) => {
    const { write, name, lab, lumaOk, docker, luma, runner } = project;
    const host = `${name}.test`;
    await write(blogApp(`${lab.blogImage}:v1`, { host }));
    await lumaOk("deploy");
    // A proxy tells what happened since it was started, also in tests before.
    await runner.run({ argv: ["docker", "restart", "-t", "2", "luma-proxy"] });
    await lumaOk("setup");
    const sound = await findings(project);
    // Names for tests have no address, and a machine that is busy answers late.
    const other = sound.found.filter(({ check }) => check !== "dns" && check !== "ssh");
    assert.deepEqual(other.filter(({ mark }) => mark !== "good"), []);
    assert.equal(sound.code, 0);
    assert.deepEqual(marksOf(sound.found, "sigterm"), ["good"]);

    // A shell that waits for the app keeps SIGTERM from it.
    const shell =
      `    command: ["sh", "-c", "bun /app/server.ts; true"]\n    deploy: { stop_timeout: 1s }\n`;
    await write(blogApp(`${lab.blogImage}:v1`, { host }) + shell);
    await lumaOk("deploy");
    const text = await luma("doctor");
    assert.equal(text.code, 3);
    assert.match(text.stdout, /✗ SIGTERM +PID 1 is a shell .*\n +→ write CMD as a list/);
    assert.match(text.stdout, /\n1 problem, \d warnings?\n$/);

    await docker.gracefulShutdown("luma-proxy-net", 5_000);
    try {
      const broken = await findings(project);
      assert.equal(broken.code, 3);
      assert.deepEqual(marksOf(broken.found, "ports"), ["bad"]);
      assert.deepEqual(marksOf(broken.found, "proxy"), ["bad"]);
    } finally {
      await docker.startContainer("luma-proxy-net");
      await lumaOk("setup");
    }
  }));

test("luma doctor looks at a server that is in no luma.yml, and at one that is not there", () =>
  withProject("ssh", async (project) => {
    const { lab } = project;
    const bare = await findings(project, lab.serverName);
    assert.equal(bare.code, 0);
    assert.deepEqual(marksOf(bare.found, "docker"), ["good"]);
    assert.deepEqual(marksOf(bare.found, "network"), []);
    const lost = await findings(project, "root@127.0.0.1:1");
    assert.equal(lost.code, 3);
    assert.deepEqual(lost.found.map(({ check, mark }) => [check, mark]), [["ssh", "bad"]]);
    assert.match(lost.found[0]?.fix ?? "", /ssh -p 1 root@127\.0\.0\.1/);
  }));
