import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import { executeRemoval } from "../../../lib/execute/execute_removal.ts";
import { LockHeldError } from "../../../lib/lock/lease_lock.ts";
import { planRemove } from "../../../lib/removal/plan_remove.ts";
import type { Command } from "../../../lib/ssh/runner.ts";
import { type Answers, fakeServer } from "../../fixtures/fake_server.ts";
import { aGeneration, anApp, aReplica, aRoute, aServer } from "../../fixtures/server_state.ts";

const STATE = aServer([aReplica("blue")], [aRoute(aGeneration("blue"))]);
const REMOVAL = planRemove(STATE, {
  images: ["luma/site.blog:1"],
  receipts: ["blog"],
  volumes: ["data"],
  mounts: [{ container: "id-blog-blue", kind: "volume", source: "data" }],
}, {
  project: "site",
  parts: [{ kind: "app", name: "blog", config: anApp() }],
  all: false,
  volumes: true,
});
const STEPS = [...REMOVAL.parts.flatMap(({ steps }) => steps), ...REMOVAL.rest];

async function execute(answers: Answers = {}, status = 0) {
  const server = fakeServer(answers);
  const commands: string[] = [];
  const runner = {
    server: "server",
    run: ({ argv }: Command) => {
      commands.push(argv.join(" "));
      return Promise.resolve({ status, stdout: "", stderr: "Permission denied" });
    },
    close: () => Promise.resolve(),
  };
  const run = { server: "server", project: "site", name: "blog", steps: STEPS };
  const signal = new AbortController().signal;
  const error = await executeRemoval(run, { ...server.effects, runner }, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { calls: server.calls, commands, error, events: server.events };
}

test("executeRemoval() carries out the steps in their order, with the time that clients need", async () => {
  const { calls, commands, error } = await execute();
  assert.equal(error, undefined);
  assert.deepEqual(calls, [
    "remove",
    "alias blog-blue=",
    "drain",
    "wait 2000",
    "stop blog-blue",
    "remove blog-blue",
    "untag luma/site.blog:1",
  ]);
  assert.deepEqual(commands, [
    "rm -rf -- /var/lib/luma/receipts/site/blog",
    "docker volume rm -- data",
  ]);
});

test("executeRemoval() stops at what fails, and says that the same command goes on from there", async () => {
  const broken = await execute({
    "stop blog-blue": () => {
      throw new LumaError("Cannot stop it", { hint: "Look at it" });
    },
  });
  assert.deepEqual(broken.calls.at(-1), "stop blog-blue");
  assert.ok(broken.error instanceof LumaError);
  assert.equal(broken.error.exitCode, 4);
  assert.match(broken.error.message, /Cannot remove all of "blog" on server: Cannot stop it/);
  assert.match(broken.error.hint ?? "", /^Look at it\nThen run the same command again/);
  const folder = await execute({}, 1);
  assert.match((folder.error as LumaError).message, /receipts\/site\/blog: Permission denied/);
});

test("executeRemoval() tells of requests that were cut", async () => {
  const cut = [{ method: "GET", path: "/export", ageMs: 120_000, kind: "request" }];
  const { events, error } = await execute({
    drain: () => ({ kind: "drained", completed: 0, closed: [], cut, tookMs: 1 }),
  });
  assert.equal(error, undefined);
  const [warning] = events.flatMap((event) => event.kind === "warning" ? [event.message] : []);
  assert.match(warning ?? "", /1 request was .* cut: GET \/export \(120 s\)/);
});

test("executeRemoval() passes on that the lock was lost, with its own exit code", async () => {
  const lost = new LockHeldError("the lock was lost", { exitCode: 5 });
  const { error } = await execute({
    "stop blog-blue": () => {
      throw lost;
    },
  });
  assert.equal(error, lost);
});

test("executeRemoval() removes a service's container, and none of its volumes", async () => {
  const { effects, calls } = fakeServer();
  const runner = {
    server: "server",
    run: () => Promise.reject(new Error("nothing else is run")),
    close: () => Promise.resolve(),
  };
  const container = {
    ...aReplica("blue"),
    name: "db",
    labels: { "luma.project": "site", "luma.service": "db" },
  };
  const { parts } = planRemove(aServer([container]), {
    images: [],
    receipts: [],
    volumes: [],
    mounts: [],
  }, { project: "site", parts: [{ kind: "service", name: "db" }], all: false, volumes: false });
  const steps = parts.flatMap((part) => part.steps);
  const run = { server: "server", project: "site", name: "db", steps };
  await executeRemoval(run, { ...effects, runner }, new AbortController().signal);
  assert.deepEqual(calls, ["stop db", "remove db, not its volumes"]);
});

test("executeRemoval() removes a container and its volumes in one command, told as the step it is", async () => {
  const { effects, events } = fakeServer();
  const commands: string[] = [];
  const runner = {
    server: "server",
    run: ({ argv }: Command) => {
      commands.push(argv.at(-1) ?? "");
      return Promise.resolve({ status: 0, stdout: "", stderr: "" });
    },
    close: () => Promise.resolve(),
  };
  const steps = [{
    phase: "cleanup",
    cause: "removed",
    kind: "remove-with-volumes",
    container: "store",
    volumes: ["data"],
  }] as const;
  const run = { server: "server", project: "site", name: "store", steps };
  await executeRemoval(run, { ...effects, runner }, new AbortController().signal);
  assert.equal(commands.length, 1);
  assert.match(commands[0] ?? "", /docker rm --force -- store[^]*docker volume rm --force -- data/);
  assert.deepEqual(events.flatMap((event) => event.kind === "step" ? event.step : []), [
    "remove-service",
  ]);
});
