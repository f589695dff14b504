import assert from "node:assert/strict";
import { test } from "node:test";
import { type CommandContext, NOBODY } from "../../../lib/commands/context.ts";
import { bringServices, type ReachedServer } from "../../../lib/commands/deploy_services.ts";
import type { Config, ServiceConfig } from "../../../lib/config/types.ts";
import { LumaError } from "../../../lib/error.ts";
import { aServer } from "../../fixtures/server_state.ts";
import { aServiceConfig } from "../../fixtures/service_state.ts";

const MEBIBYTE = 1024 * 1024;

test("bringServices() tells what stands in the way of all that is missing, before anything is made", async () => {
  const services: readonly ServiceConfig[] = [
    aServiceConfig({ name: "db", memoryBytes: 300 * MEBIBYTE }),
    aServiceConfig({ name: "queue" }),
    aServiceConfig({ name: "cache", memoryBytes: 200 * MEBIBYTE }),
  ];
  const server = aServer([]);
  const facts = { ...server.facts, memoryFreeBytes: 100 * MEBIBYTE };
  const reached: ReachedServer = {
    server: { name: "server", kind: "local" },
    session: {} as ReachedServer["session"],
    state: { ...server, facts },
  };
  const context: CommandContext = {
    config: { name: "site", apps: [], services } as unknown as Config,
    report: () => assert.fail("it went on"),
    signal: new AbortController().signal,
    print: () => {},
    json: false,
    person: NOBODY,
  };
  const requests = services.map((config) => ({ config, apply: true, force: false }));
  await assert.rejects(bringServices(requests, reached, context), (error: unknown) => {
    assert.ok(error instanceof LumaError);
    assert.equal(
      error.message,
      'Cannot deploy "db", "cache" on server: Service "db" may need 300 MiB, but server has 100 MiB ' +
        'free; Service "cache" may need 200 MiB, but server has 100 MiB free',
    );
    assert.equal(error.hint, "Set `memory` to what it needs, or give the server more");
    return true;
  });
});
