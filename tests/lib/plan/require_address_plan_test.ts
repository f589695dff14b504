import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import type { Network } from "../../../lib/docker/types.ts";
import { requireAddressPlan } from "../../../lib/plan/require_address_plan.ts";
import { aServer } from "../../fixtures/server_state.ts";

function refusal(changes: Partial<Network>): LumaError {
  const server = aServer([]);
  const { ipRange: _, ...network } = server.network!;
  try {
    requireAddressPlan({ ...server, network: { ...network, ...changes } }, "site");
  } catch (error) {
    assert.ok(error instanceof LumaError);
    return error;
  }
  throw new Error("It was not refused");
}

test("requireAddressPlan() passes a network of luma's, and one that is not there yet", () => {
  const { network: _, ...bare } = aServer([]);
  requireAddressPlan(aServer([]), "site");
  requireAddressPlan(bare, "site");
});

test("requireAddressPlan() refuses a network that Compose made, and says how to be rid of it", () => {
  const { message, hint, exitCode } = refusal({ labels: { "com.docker.compose.project": "old" } });
  assert.equal(
    message,
    'Cannot use the network "site-network" on server: it was made by Docker Compose ' +
      '(project "old"), without a range of addresses for luma',
  );
  assert.match(hint ?? "", /docker compose -p old down\n.*docker network rm site-network/);
  assert.equal(exitCode, 3);
});

test("requireAddressPlan() names the containers that use a network which anybody made", () => {
  const attached = [{ id: "1", name: "db", address: "172.18.0.2" }];
  assert.match(refusal({ attached }).hint ?? "", /docker stop db\n/);
  assert.match(refusal({}).hint ?? "", /^Remove it, if it is still there: docker network rm/);
});
