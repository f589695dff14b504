import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import { executePlan } from "../../../lib/execute/execute_plan.ts";
import { DeploymentError } from "../../../lib/execute/types.ts";
import { planDeploy } from "../../../lib/plan/plan_deploy.ts";
import type { Plan } from "../../../lib/plan/types.ts";
import { ProxyError } from "../../../lib/proxy_client/proxy_client.ts";
import { RunnerError } from "../../../lib/ssh/runner_error.ts";
import { type Answers, fakeServer } from "../../fixtures/fake_server.ts";
import {
  aGeneration,
  anApp,
  aReplica,
  aRoute,
  aServer,
  MIDDLE,
  NEW,
  resolved,
} from "../../fixtures/server_state.ts";

const APP = anApp({ replicas: 2, secrets: { TOKEN: new Secret("hunter2") } });
const OLD_BLUE = aServer([aReplica("blue", { imageId: "sha256:old" })], [
  aRoute(aGeneration("blue")),
]);

function plan(server = OLD_BLUE, app = resolved()): Plan {
  return planDeploy(app, server, { deployment: NEW, force: false });
}

async function execute(answers: Answers, what = plan(), signal = new AbortController().signal) {
  const server = fakeServer(answers);
  const outcome = await executePlan(what, server.effects, signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ...server, outcome };
}

function throwing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

test("executePlan() leaves a container that has the replica's name already", async () => {
  const taken = new DockerError("name-in-use", 'Cannot create "blog-green-1": the name is taken');
  const { calls, outcome } = await execute(
    { "create blog-green-1": throwing(taken) },
    plan(OLD_BLUE, resolved(APP)),
  );
  assert.equal(outcome, taken);
  assert.ok(calls.includes("remove blog-green-2"));
  assert.ok(!calls.includes("remove blog-green-1"));
});

test("executePlan() does not remove a leftover that it was interrupted in draining", async () => {
  const server = aServer(
    [
      aReplica("blue"),
      aReplica("green", { deployment: MIDDLE, imageId: "sha256:other" }),
    ],
    [aRoute(aGeneration("green", { generation: 2, deployment: MIDDLE }))],
  );
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const { calls, outcome } = await execute(
    {
      drain: () => {
        controller.abort(interruption);
        throw interruption;
      },
    },
    plan(server),
    controller.signal,
  );
  assert.equal(outcome, interruption);
  assert.deepEqual(calls, ["alias blog-blue=", "drain"]);
});

test("executePlan() keeps the new color when it is interrupted while a confirm is carried out", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const sealed = aGeneration("green", { generation: 2, deployment: NEW });
  const { calls, outcome } = await execute(
    {
      confirm: () => {
        controller.abort(interruption);
        throw interruption;
      },
      list: () => ({ routes: [aRoute(sealed)] }),
    },
    plan(),
    controller.signal,
  );
  assert.equal(outcome, interruption);
  assert.deepEqual(calls.slice(calls.indexOf("confirm")), ["confirm", "list"]);
});

test("executePlan() undoes a confirm that was interrupted before the proxy saw it", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const watched = aGeneration("green", { generation: 2, deployment: NEW, seal: "watched" });
  const { calls } = await execute(
    {
      confirm: () => {
        controller.abort(interruption);
        throw interruption;
      },
      list: () => ({ routes: [aRoute(watched)] }),
    },
    plan(),
    controller.signal,
  );
  assert.equal(calls.at(-1), "remove blog-green");
});

test("executePlan() waits for the answer to a switch that was interrupted, and goes back from it", async () => {
  const controller = new AbortController();
  const interruption = new Error("Interrupted");
  const { calls, outcome } = await execute(
    {
      switch: (given) => {
        controller.abort(interruption);
        given?.throwIfAborted();
        return undefined;
      },
      // The proxy's answer to a look that comes before the switch itself.
      list: () => ({ routes: [aRoute(aGeneration("blue"))] }),
    },
    plan(),
    controller.signal,
  );
  assert.equal(outcome, interruption);
  assert.equal(calls[calls.indexOf("switch") + 1], "switch-back");
  assert.equal(calls.at(-1), "remove blog-green");
});

test("executePlan() asks again when the connection dropped during a switch or a confirm", async () => {
  for (const operation of ["switch", "confirm"]) {
    let first = true;
    const { calls, outcome } = await execute({
      [operation]: () => {
        if (!first) return undefined;
        first = false;
        throw new RunnerError("dropped", "Lost the connection to server");
      },
    });
    assert.equal(outcome, undefined);
    assert.equal(calls.filter((call) => call === operation).length, 2, operation);
  }
});

test("executePlan() undoes a first deployment whose route is gone without a warning", async () => {
  const { calls, events } = await execute({
    watch: throwing(new DeploymentError("no")),
    drain: throwing(new ProxyError("server", { code: "unknown route", message: "unknown" })),
  }, plan(aServer([])));
  assert.equal(calls.at(-1), "remove blog-blue");
  assert.ok(!events.some(({ kind }) => kind === "warning"));
});

test("executePlan() keeps the last words of a replica that exits while it is watched, without secrets", async () => {
  const server = fakeServer({ watch: () => new Promise(() => {}) });
  const docker = {
    ...server.effects.docker,
    inspectContainers: (names: readonly string[]) =>
      Promise.resolve(names.map((name) => ({
        ...aReplica("green"),
        name,
        ...(name === "blog-green-2" ? { status: "exited", exitCode: 1 } as const : {}),
      }))),
    containerLogs: () => Promise.resolve(["connecting with hunter2"]),
    watchExits: (_label: string, watch: Parameters<typeof server.effects.docker.watchExits>[1]) => {
      if (server.calls.includes("watch")) watch.onExit({ name: "blog-green-2", exitCode: 1 });
      return new Promise<void>((resolve) =>
        watch.signal.addEventListener("abort", () => resolve(), { once: true })
      );
    },
  };
  const error = await executePlan(
    plan(OLD_BLUE, resolved(APP)),
    {
      ...server.effects,
      docker,
      proxy: {
        call: (operation, request, options) =>
          operation === "check"
            ? Promise.resolve({ kind: "checked", healthy: 2, unhealthy: 0 } as never)
            : server.effects.proxy.call(operation, request, options),
      },
    },
    new AbortController().signal,
  ).then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof DeploymentError);
  assert.match(error.message, /blog-green-2 .* exited with status 1/);
  assert.deepEqual(error.evidence, [
    "blog-green-1 | connecting with [secret]",
    "blog-green-2 | connecting with [secret]",
  ]);
});
