import assert from "node:assert/strict";
import { test } from "node:test";
import { releasePorts } from "../../../lib/service/release_ports.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import { aServer } from "../../fixtures/server_state.ts";
import { aService, aServiceConfig, aServiceContainer } from "../../fixtures/service_state.ts";

const FORMER = { hostPort: 5432, containerPort: 5432, protocol: "tcp" } as const;
const LATTER = { ...FORMER, hostPort: 5433 } as const;
const NAMED = { apply: true, force: false };

/** `db` has the port 5432 as luma.yml said before, and somebody else 80. */
function aState(): ServerState {
  const container = aServiceContainer({}, aService({ ports: [FORMER] }));
  const server = aServer([]);
  return {
    ...server,
    containers: [container],
    portHolders: [
      { port: 5432, protocol: "tcp", name: "container db", container: container.id },
      { port: 80, protocol: "tcp", name: "nginx (process 1)" },
    ],
  };
}

function heldAfter(request: Parameters<typeof releasePorts>[1][number]): readonly number[] {
  return releasePorts(aState(), [request], "site").portHolders.map(({ port }) => port);
}

test("releasePorts() takes away what a service gives up that is replaced before", () => {
  const config = aServiceConfig({ ports: [LATTER] });
  assert.deepEqual(heldAfter({ config, ...NAMED }), [80]);
});

test("releasePorts() leaves what a service keeps, and what one has that is not replaced", () => {
  const moved = aServiceConfig({ ports: [LATTER] });
  assert.deepEqual(heldAfter({ config: moved, apply: false, force: false }), [5432, 80]);
  const kept = aServiceConfig({ ports: [LATTER, FORMER] });
  assert.deepEqual(heldAfter({ config: kept, ...NAMED }), [5432, 80]);
  assert.deepEqual(releasePorts(aState(), [], "site"), aState());
});
