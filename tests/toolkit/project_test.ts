import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NOBODY } from "../../lib/commands/context.ts";
import { ConfigError, type Event, openProject, runProject, UsageError } from "../../mod.ts";

/** Gives `body` a folder with a luma.yml. */
async function withFolder(yaml: string, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-toolkit-"));
  try {
    await writeFile(join(folder, "luma.yml"), yaml);
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const SITE = `name: site
servers: [a.example.com, b.example.com]
apps:
  blog: { image: blog, server: a.example.com, environment: { secret: [TOKEN] } }
  shop: { image: shop, server: b.example.com }
`;

function ioOf(folder: string) {
  const lines: string[] = [];
  const out = (text: string) => void lines.push(text);
  const io = {
    out,
    err: out,
    env: { TOKEN: "x" },
    cwd: () => folder,
    isTerminal: false,
    columns: () => 80,
    person: NOBODY,
  };
  return { io, lines };
}

test("openProject() reads luma.yml and looks for secrets in the environment that it is given", () =>
  withFolder(SITE, async (cwd) => {
    await assert.rejects(openProject({ cwd, env: {} }), ConfigError);
    const looking = await openProject({ cwd, env: {}, allowMissingSecrets: true });
    assert.equal(looking.config.warnings.length, 1);
    const { config } = await openProject({ cwd, env: { TOKEN: "x" } });
    assert.equal(config.name, "site");
    assert.equal(config.apps[0]?.secrets["TOKEN"]?.reveal(), "x");
  }));

test("openProject() says where it looked when there is no luma.yml", async () => {
  await assert.rejects(openProject({ cwd: "/nowhere/at/all" }), {
    name: "UsageError",
    message: "Cannot load a project: there is no luma.yml in /nowhere/at/all",
  });
});

test("Project.server() is the first one unless it is named, and no other than those of luma.yml", () =>
  withFolder(SITE, async (cwd) => {
    const project = await openProject({ cwd, env: { TOKEN: "x" } });
    assert.equal(project.server().name, "a.example.com");
    assert.equal(project.server("b.example.com").name, "b.example.com");
    assert.throws(() => project.server("c.example.com"), {
      name: "UsageError",
      hint: "Its servers: a.example.com, b.example.com",
    });
  }));

test("Project.deploy() refuses unknown apps and impossible times before it contacts a server", () =>
  withFolder(SITE, async (cwd) => {
    const project = await openProject({ cwd, env: { TOKEN: "x" }, report: () => {} });
    await assert.rejects(project.deploy({ apps: ["blogg"] }), { hint: 'Did you mean "blog"?' });
    for (const watchMs of [-1, 0.5, NaN]) {
      await assert.rejects(project.deploy({ watchMs }), UsageError);
    }
  }));

test("runProject() gives the body the project, and returns 0", () =>
  withFolder(SITE, async (folder) => {
    const { io, lines } = ioOf(folder);
    const code = await runProject(async (project, signal) => {
      await Promise.resolve();
      assert.equal(signal.aborted, false);
      project.print(project.config.name);
    }, { io });
    assert.equal(code, 0);
    assert.deepEqual(lines, ["site\n"]);
  }));

test("runProject() prints the error of the body with its hint, and returns its exit code", () =>
  withFolder(SITE, async (folder) => {
    const { io, lines } = ioOf(folder);
    const code = await runProject(() => Promise.reject(new UsageError("No", "Say yes")), { io });
    assert.equal(code, 2);
    assert.equal(lines.join(""), "Error: No\n  → Say yes\n");
  }));

// Nothing listens on port 1, so the deployment ends where it connects.
const CLOSED = `name: site
ssh: { port: 1 }
apps:
  blog: { image: blog, server: 127.0.0.1 }
`;

test("Project.status() answers for a server that cannot be reached, and says why in the value", () =>
  withFolder(`${CLOSED}services: { store: { image: store, server: 127.0.0.1 } }\n`, async (cwd) => {
    const project = await openProject({ cwd, env: {}, report: () => {} });
    const [blog, ...apps] = await project.status();
    assert.deepEqual(apps, []);
    assert.equal(blog?.app, "blog");
    assert.equal(blog?.status, "unreachable");
    assert.match(blog?.notes[0] ?? "", /^Cannot reach 127\.0\.0\.1: /);
    assert.match(blog?.notes[1] ?? "", /^→ /);
    const [store, ...services] = await project.serviceStatus("store");
    assert.deepEqual(services, []);
    assert.deepEqual(
      [store?.service, store?.server, store?.status, store?.notes],
      ["store", "127.0.0.1", "unreachable", blog?.notes],
    );
  }));

test("Project.status() throws the reason when it is interrupted", () =>
  withFolder(CLOSED, async (cwd) => {
    const signal = AbortSignal.abort(new UsageError("Interrupted"));
    const project = await openProject({ cwd, env: {}, report: () => {}, signal });
    await assert.rejects(project.status(), { message: "Interrupted" });
  }));

test("runProject() hands the script every event that it printed", () =>
  withFolder(CLOSED, async (folder) => {
    const { io, lines } = ioOf(folder);
    const events: Event[] = [];
    const onEvent = (event: Event) => void events.push(event);
    const code = await runProject(async (project) => {
      await project.deploy();
    }, { io, json: true, onEvent });
    assert.equal(code, 3);
    assert.deepEqual(events.map(({ kind }) => kind), ["deploying"]);
    const printed = lines.map((line) => JSON.parse(line) as Event);
    assert.deepEqual(printed[0], events[0]);
    assert.deepEqual(printed.map(({ kind }) => kind), ["deploying", "error"]);
  }));
