import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "../../../lib/docker/types.ts";
import { runSetup } from "../../../lib/setup/run_setup.ts";
import type { SetupStep } from "../../../lib/setup/types.ts";
import { type Answers, fakeServer } from "../../fixtures/fake_server.ts";
import { aReplica } from "../../fixtures/server_state.ts";

const REPLACE: readonly SetupStep[] = [{ kind: "bring-image" }, {
  kind: "replace-program",
  settings: "",
}];

/** A server; on a `draining` one, an earlier replacement left a former program that still runs. */
function setupServer(answers: Answers = {}, draining = false) {
  const { effects, calls, events } = fakeServer(answers);
  const said = calls as string[];
  let runs = draining;
  const former: Container = { ...aReplica("blue"), name: "luma-proxy-former" };
  const docker = {
    ...effects.docker,
    renameContainer: (from: string, to: string) => {
      said.push(`rename ${from} ${to}`);
      return Promise.resolve();
    },
    inspectContainers: () => {
      const found = runs ? [former] : [];
      runs = false;
      return Promise.resolve(found);
    },
  };
  const run = (steps: readonly SetupStep[], signal = new AbortController().signal) =>
    runSetup(steps, {
      ...effects,
      docker,
      runner: {
        server: "server",
        run: () => Promise.reject(new Error("no")),
        close: async () => {},
      },
      bringImage: () => Promise.resolve({ reference: "luma-proxy:2", command: ["luma-proxy"] }),
    }, signal);
  return { run, calls, events };
}

test("runSetup() starts the next program beside the former, which drains and goes", async () => {
  const { run, calls } = setupServer();
  await run(REPLACE);
  assert.deepEqual(calls, [
    "remove luma-proxy-former",
    "rename luma-proxy luma-proxy-former",
    "restart no luma-proxy-former",
    "create luma-proxy",
    "start luma-proxy",
    "status",
    "remove luma-proxy-former",
  ]);
});

test("runSetup() lets a former program that still drains end in order before it removes it", async () => {
  const { run, calls } = setupServer({}, true);
  await run(REPLACE);
  assert.deepEqual(calls.slice(0, 2), ["stop luma-proxy-former", "remove luma-proxy-former"]);
});

test("runSetup() puts the former program back when the next one does not start", async () => {
  const { run, calls } = setupServer({
    "start luma-proxy": () => {
      throw new Error("no such image");
    },
  });
  await assert.rejects(run(REPLACE), /no such image/);
  assert.deepEqual(calls.slice(calls.indexOf("start luma-proxy") + 1), [
    "remove luma-proxy",
    "restart always luma-proxy-former",
    "rename luma-proxy-former luma-proxy",
  ]);
});

test("runSetup() removes neither program when it is interrupted: the next may have taken over", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const { run, calls } = setupServer({
    status: () => {
      controller.abort(interruption);
      throw interruption;
    },
  });
  await assert.rejects(run(REPLACE, controller.signal), (error) => error === interruption);
  assert.equal(calls.at(-1), "status");
});

test("runSetup() starts a program again that lost its ports", async () => {
  const { run, calls } = setupServer();
  await run([{ kind: "restart-program" }]);
  assert.deepEqual(calls, ["stop luma-proxy", "start luma-proxy"]);
});

test("runSetup() says each thing before it does it", async () => {
  const { run, events } = setupServer();
  await run(REPLACE);
  assert.deepEqual(events.map((event) => event.kind === "setup" ? event.message : event.kind), [
    "Bringing the image of luma-proxy",
    "Replacing luma-proxy: the new one takes over, the old one answers what it has begun",
  ]);
});
