import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceState } from "../../../lib/service/types.ts";
import { formatServiceStatus } from "../../../lib/status/format_service_status.ts";
import { describeService, describeUnreachableService } from "../../../lib/status/service_status.ts";
import { aServiceContainer } from "../../fixtures/service_state.ts";

function shown(state: ServiceState, pending: readonly string[] | undefined = []): string {
  const status = describeService({
    server: "server",
    project: "site",
    service: "db",
    state,
    ...(pending === undefined ? {} : { pending }),
  });
  return formatServiceStatus(status, 3_600_000);
}

test("formatServiceStatus() says image, start, restarts and health", () => {
  const current = aServiceContainer({ startedAtMs: 0, restarts: 2, health: "healthy" });
  assert.equal(
    shown({ current }),
    `📦 Service: db (postgres:17)
   Status: ✅ RUNNING
   [server] started 1 hour ago, restarted 2 times, healthy`,
  );
});

test("formatServiceStatus() says what starts a service that is not there", () => {
  assert.equal(
    shown({}),
    `📦 Service: db
   Status: ➖ NOT STARTED
   [server] luma deploy starts it`,
  );
});

test("formatServiceStatus() says how a service ended, and what to type", () => {
  const ended = aServiceContainer({ status: "exited", exitCode: 3 });
  assert.match(
    shown({ current: ended }),
    /❌ STOPPED\n {3}\[server\] Note: db: exited with status 3/,
  );
  const crashing = aServiceContainer({ status: "restarting" });
  assert.match(shown({ current: crashing }), /DEGRADED\n.*again and again; .*luma logs db/);
  const sick = aServiceContainer({ health: "unhealthy" });
  assert.match(shown({ current: sick }), /DEGRADED\n {3}\[server\] unhealthy/);
});

test("formatServiceStatus() says what is not applied, interrupted, or not in luma.yml any more", () => {
  const current = aServiceContainer();
  const next = aServiceContainer({ name: "db.next", restartPolicy: "no" });
  assert.match(shown({ current }, ["limits changed"]), /limits changed; luma deploy db applies/);
  assert.match(
    shown({ current, next }),
    /a replacement runs now, or was interrupted; luma deploy db/,
  );
  const status = describeService({
    server: "server",
    project: "site",
    service: "db",
    state: { current },
  });
  assert.match(formatServiceStatus(status, 0), /not in luma\.yml any more; luma remove db/);
});

test("formatServiceStatus() says why a server cannot be looked at, and what to do", () => {
  const reasons = ["Cannot reach server: it does not answer", "→ Is it on?"];
  const site = { server: "server", project: "site", service: "db", reasons };
  assert.equal(
    formatServiceStatus(describeUnreachableService(site), 0),
    `📦 Service: db
   Status: ❓ UNREACHABLE
   [server] Cannot reach server: it does not answer
   [server] → Is it on?`,
  );
});
