import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { blogApp, type Project, type Reach, withProject } from "../deploy/project.ts";
import { runAttached, runAtTerminal } from "./run_attached.ts";

const HOSTILE = ["a b", "it's", '"q"', "$HOME `id` $(id)", "\\n", "!x", "*", "new\nline", "", "--"];

async function deployed(reach: Reach, body: (project: Project) => Promise<void>): Promise<void> {
  await withProject(reach, async (project) => {
    const { lab, name } = project;
    const options = { host: `${name}.test`, replicas: 2 };
    await project.write(blogApp(`${lab.blogImage}:v1`, options));
    await project.lumaOk("deploy");
    await body(project);
  });
}

async function assertBytesPass(project: Project): Promise<void> {
  const bytes = randomBytes(5_000_000);
  const there = await runAttached(project, ["exec", "blog", "--", "sha256sum"], bytes);
  const expected = createHash("sha256").update(bytes).digest("hex");
  assert.equal(there.stdout.toString().slice(0, 64), expected);
  const back = await runAttached(project, ["exec", "blog", "--", "cat"], bytes);
  assert.deepEqual([back.code, back.stderr], [0, ""]);
  assert.ok(back.stdout.equals(bytes), `${back.stdout.length} bytes came back`);
}

async function assertStatusesPass(project: Project): Promise<void> {
  for (const status of [0, 97, 255]) {
    const script = `printf out; printf err >&2; exit ${status}`;
    const { code, stdout, stderr } = await runAttached(project, [
      ...["exec", "blog", "--", "sh", "-c", script],
    ]);
    assert.deepEqual([code, stdout.toString(), stderr], [status, "out", "err"]);
  }
}

async function assertWordsPass(project: Project): Promise<void> {
  const words = ["exec", "blog", "--replica", "2", "--", "printf", "%s|", ...HOSTILE];
  const { stdout } = await runAttached(project, words);
  assert.equal(stdout.toString(), HOSTILE.map((word) => `${word}|`).join(""));
}

async function assertTerminal(project: Project): Promise<void> {
  const script = 'test -t 0 && test -t 1 && echo terminal; read line; echo "got $line"; exit 7';
  const words = ["exec", "blog", "--", "sh", "-c", script];
  const { code, stdout } = await runAtTerminal(project, words, {
    when: /terminal/,
    keys: "hello\n",
  });
  assert.match(stdout.toString(), /terminal\r\n[^]*got hello\r\n$/);
  assert.equal(code, 7);
  const size = "until [ \"$(stty size)\" = '30 100' ]; do sleep 0.1; done; echo sized";
  const sized = await runAtTerminal(project, ["exec", "blog", "--", "sh", "-c", size]);
  assert.match(sized.stdout.toString(), /sized/);
  const plain = await runAtTerminal(project, ["exec", "-T", "blog", "--", "tty"]);
  assert.match(plain.stdout.toString(), /not a tty/);
}

for (const reach of ["ssh", "local"] as const) {
  test(`luma exec passes bytes, words and statuses as they are, over ${reach}`, () =>
    deployed(reach, async (project) => {
      await assertBytesPass(project);
      await assertStatusesPass(project);
      await assertWordsPass(project);
    }));
}

test("luma exec gives the command a terminal where it is typed at one, and its keys", () =>
  deployed("ssh", async (project) => {
    await assertTerminal(project);
    const script = "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.1; done";
    const words = ["exec", "blog", "--", "sh", "-c", script];
    const { code, stdout } = await runAtTerminal(project, words, {
      when: /ready/,
      keys: "\u0003",
    });
    assert.match(stdout.toString(), /ready\r\n\^?C?caught\r\n$/);
    assert.equal(code, 9);
  }));

test("luma exec says what it cannot do, with what to type next", () =>
  deployed("ssh", async (project) => {
    const third = await project.luma("exec", "blog", "--replica", "3", "--", "true");
    assert.equal(third.code, 3);
    assert.match(
      third.stderr,
      /Cannot find a container with number 3 of "blog"[^]*luma status blog/,
    );
    await project.docker.gracefulShutdown("blog-blue-2", 5_000);
    const stopped = await project.luma("exec", "blog", "--replica", "2", "--", "true");
    assert.match(stopped.stderr, /blog-blue-2 on \S+: it is exited[^]*luma logs blog/);
    const other = await project.luma("exec", "blgo", "--", "true");
    assert.equal(other.code, 2);
    assert.match(other.stderr, /Did you mean "blog"\?/);
  }));
