import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type CommandContext, NOBODY } from "../../../lib/commands/context.ts";
import { deploy } from "../../../lib/commands/deploy.ts";
import { bringServices } from "../../../lib/commands/deploy_services.ts";
import { sessionOver } from "../../../lib/commands/session.ts";
import { UsageError } from "../../../lib/error.ts";
import type { Runner } from "../../../lib/ssh/runner.ts";
import { aServer } from "../../fixtures/server_state.ts";
import { aServiceContainer } from "../../fixtures/service_state.ts";
import { configOf } from "../config/config_of.ts";

/** A service that is built of a folder with the secrets, and an app that is not built. */
const TEXT = `name: site
services: { db: { build: { context: . }, server: server.invalid } }
apps: { blog: { image: blog, server: server.invalid } }
`;

async function withProject(body: (context: CommandContext) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "luma-deploy-"));
  try {
    await mkdir(join(folder, ".luma"));
    await writeFile(join(folder, ".luma", "secrets"), "TOKEN=x\n", { mode: 0o600 });
    await writeFile(join(folder, "Dockerfile"), "FROM a\nCOPY . .\n");
    await body({
      config: { ...configOf(TEXT), file: join(folder, "luma.yml") },
      report: () => {},
      signal: new AbortController().signal,
      print: () => {},
      json: false,
      person: NOBODY,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function isRefused(error: unknown): true {
  assert.ok(error instanceof UsageError, String(error));
  assert.match(error.message, /^Cannot build "db": its image would hold \.luma\/secrets/);
  return true;
}

test("deploy() looks at the builds of named services before anything is contacted", () =>
  withProject(async (context) => {
    await assert.rejects(deploy({ apps: ["db"], force: false }, context), isRefused);
    await assert.rejects(deploy({ apps: [], services: true, force: false }, context), isRefused);
  }));

const UNREACHED: Runner = {
  server: "server",
  close: () => Promise.resolve(),
  run: () => Promise.reject(new Error("contacted")),
};

test("bringServices() looks at the build of a service that is missing, before anything is made for it", () =>
  withProject(async (context) => {
    const [config] = context.config.services;
    const [server] = context.config.servers;
    assert.ok(config !== undefined && server !== undefined);
    const bring = (there: Parameters<typeof aServer>[0], skipBuild: boolean) =>
      bringServices(
        [{ config, apply: false, force: false, skipBuild }],
        { server, session: sessionOver(UNREACHED), state: aServer(there) },
        context,
      );
    await assert.rejects(bring([], false), isRefused);
    await assert.rejects(bring([], true), /contacted/);
    await assert.rejects(bring([aServiceContainer()], false), /contacted/);
  }));
