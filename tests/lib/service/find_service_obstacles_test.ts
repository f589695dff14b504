import assert from "node:assert/strict";
import { test } from "node:test";
import { findServiceObstacles } from "../../../lib/service/find_service_obstacles.ts";
import type { ServiceDecision } from "../../../lib/service/types.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import { aServer } from "../../fixtures/server_state.ts";
import { aServiceConfig, aServiceContainer } from "../../fixtures/service_state.ts";

const MEBIBYTE = 1024 * 1024;
const current = aServiceContainer({ memoryLimitBytes: 200 * MEBIBYTE });
const CREATE = { action: "create", causes: ["it is not there"] } as const;
const REPLACE = { action: "replace", current, causes: ["image changed"] } as const;
const PORT = { hostPort: 5432, containerPort: 5432, protocol: "tcp" } as const;

/** A server that has little of everything, and on whose port another container listens. */
function aPoorServer({ disk = 1000, memory = 1000, holder = "id-other" } = {}): ServerState {
  const server = aServer([]);
  return {
    ...server,
    facts: {
      ...server.facts,
      diskFreeBytes: disk * MEBIBYTE,
      memoryFreeBytes: memory * MEBIBYTE,
      memoryUseBytes: { [current.id]: 100 * MEBIBYTE },
    },
    portHolders: [{ port: 5432, protocol: "tcp", name: "container other", container: holder }],
  };
}

function messages(
  decision: ServiceDecision,
  state: ServerState,
  service = aServiceConfig({ memoryBytes: 300 * MEBIBYTE }),
): readonly string[] {
  return findServiceObstacles(decision, service, state).map(({ message }) => message);
}

test("findServiceObstacles() refuses what needs more memory than is free when the former one stopped", () => {
  assert.deepEqual(messages(CREATE, aPoorServer({ memory: 300 })), []);
  assert.deepEqual(messages(CREATE, aPoorServer({ memory: 299 })), [
    'Service "db" may need 300 MiB, but server has 299 MiB free',
  ]);
  assert.deepEqual(messages(REPLACE, aPoorServer({ memory: 200 })), []);
  assert.deepEqual(messages(REPLACE, aPoorServer({ memory: 199 })), [
    'Service "db" may need 300 MiB, but server has 299 MiB free',
  ]);
  assert.deepEqual(messages(CREATE, aPoorServer({ memory: 1 }), aServiceConfig()), []);
});

test("findServiceObstacles() asks for no memory that the former one may take already", () => {
  const limits = [{}, { memoryLimitBytes: 300 * MEBIBYTE }, { memoryLimitBytes: 301 * MEBIBYTE }];
  for (const limit of limits) {
    const decision = { ...REPLACE, current: aServiceContainer(limit) };
    assert.deepEqual(messages(decision, aPoorServer({ memory: 1 })), []);
  }
});

test("findServiceObstacles() refuses a port that another container has, and not its own", () => {
  const service = aServiceConfig({ ports: [PORT] });
  const taken = 'Port 5432:5432 of "db" cannot be published on server: container other has it';
  for (const decision of [CREATE, REPLACE]) {
    assert.deepEqual(messages(decision, aPoorServer(), service), [taken]);
  }
  assert.deepEqual(messages(REPLACE, aPoorServer({ holder: current.id }), service), []);
  const stopped = aServiceContainer({ status: "exited", publishedPorts: [PORT] });
  const start = { action: "start", current: stopped, causes: ["it is exited"] } as const;
  assert.deepEqual(messages(start, aPoorServer()), [taken]);
});

test("findServiceObstacles() refuses a full disk for a new container, not for one that starts again", () => {
  const full = aPoorServer({ disk: 80 });
  for (const decision of [CREATE, REPLACE]) {
    assert.match(messages(decision, full).join(), /The disk of server is too full: .* 80 MiB left/);
  }
  assert.deepEqual(messages({ action: "start", current, causes: ["it is exited"] }, full), []);
  assert.deepEqual(messages({ action: "none", pending: [] }, full), []);
});
