import assert from "node:assert/strict";
import { test } from "node:test";
import { findRestartable, restartContainer } from "../../../lib/commands/restart_service.ts";
import { Secret } from "../../../lib/config/secret.ts";
import type { Container, Docker } from "../../../lib/docker/types.ts";
import { LumaError } from "../../../lib/error.ts";
import type { DeploymentError } from "../../../lib/execute/types.ts";
import { type Answers, fakeServer } from "../../fixtures/fake_server.ts";
import { aServer } from "../../fixtures/server_state.ts";
import { aServiceConfig, aServiceContainer } from "../../fixtures/service_state.ts";

const DB = aServiceContainer();

function dockerWith(found: Container, answers: Answers = {}) {
  const { effects, calls } = fakeServer(answers);
  const docker: Docker = { ...effects.docker, inspectContainers: () => Promise.resolve([found]) };
  return { docker, calls };
}

test("findRestartable() finds the container of a service", () => {
  const state = { ...aServer([]), containers: [DB] };
  assert.equal(findRestartable("db", state, "site"), DB);
});

test("findRestartable() refuses while an interrupted replacement has left a second one", () => {
  const next = aServiceContainer({ name: "db.next" });
  const state = { ...aServer([]), containers: [DB, next] };
  assert.throws(() => findRestartable("db", state, "site"), (error: unknown) => {
    assert.ok(error instanceof LumaError);
    assert.equal(error.exitCode, 3);
    assert.match(error.message, /db\.next/);
    assert.match(error.hint ?? "", /luma deploy db$/);
    return true;
  });
});

test("restartContainer() starts what it stopped, also when it is interrupted meanwhile", async () => {
  const interrupt = new AbortController();
  const { docker, calls } = dockerWith(DB, {
    "stop db": (signal) => {
      interrupt.abort(new Error("interrupted"));
      signal?.throwIfAborted();
    },
  });
  const context = { report: () => {}, signal: interrupt.signal };
  const service = aServiceConfig();
  await assert.rejects(restartContainer("db", { service, docker }, context), /interrupted/);
  assert.deepEqual(calls, ["stop db", "start db"]);
});

test("restartContainer() stops nothing when it is interrupted before", async () => {
  const { docker, calls } = dockerWith(DB);
  const context = { report: () => {}, signal: AbortSignal.abort(new Error("interrupted")) };
  const service = aServiceConfig();
  await assert.rejects(restartContainer("db", { service, docker }, context), /interrupted/);
  assert.deepEqual(calls, []);
});

test("restartContainer() tells why a service did not come back, without its secrets", async () => {
  const ended = aServiceContainer({ status: "exited", error: "cannot mount hunter2" });
  const { docker } = dockerWith(ended);
  const noisy = { ...docker, containerLogs: () => Promise.resolve(["password is hunter2"]) };
  const service = aServiceConfig({ secrets: { PASSWORD: new Secret("hunter2") } });
  const context = { report: () => {}, signal: new AbortController().signal };
  await assert.rejects(
    restartContainer("db", { service, docker: noisy }, context),
    ({ evidence }: DeploymentError) => {
      assert.deepEqual(evidence, ["db: cannot mount [secret]", "db | password is [secret]"]);
      return true;
    },
  );
});
