/**
 * `luma lock status|release app`: who deploys an app now, and how to free it.
 *
 * The rule: releasing is for locks whose holder is gone; who held it is always said.
 *
 * @module
 */
import type { ContainerConfig } from "../config/types.ts";
import { LumaError } from "../error.ts";
import { type Lease, parseLease, releaseArgv, showArgv } from "../lock/lease_script.ts";
import { lockPath } from "../state/server_names.ts";
import { observeServerFacts } from "../state/server_facts.ts";
import type { CommandContext } from "./context.ts";
import { selectTargets } from "./select_targets.ts";
import { openSession, type Session } from "./session.ts";

/** Prints who holds the lock of each app and service, or releases it. */
export async function lock(
  action: "status" | "release",
  names: readonly string[],
  context: CommandContext,
): Promise<void> {
  const { config } = context;
  const { apps, services } = selectTargets(config, names);
  for (const target of [...apps, ...services]) {
    for (const server of config.servers.filter(({ name }) => target.servers.includes(name))) {
      const session = openSession(server);
      try {
        await lockOf(target, { action, session }, context);
      } finally {
        await session.runner.close();
      }
    }
  }
}

async function lockOf(
  app: ContainerConfig,
  { action, session }: { readonly action: "status" | "release"; readonly session: Session },
  { config, print, json, signal }: CommandContext,
): Promise<void> {
  const { runner } = session;
  const { home, nowMs } = await observeServerFacts(runner, { mode: "read", signal });
  const file = lockPath(home, config.name, app.name);
  const argv = action === "release" ? releaseArgv(file, "") : showArgv(file);
  const output = await runner.run({ argv, timeoutMs: 30_000, signal });
  if (output.status !== 0) {
    throw new LumaError(
      `Cannot ${
        action === "release" ? "release" : "read"
      } the lock of "${app.name}": ${output.stderr.trim()}`,
      {
        hint: `The lock is the file ${file} on ${runner.server}`,
      },
    );
  }
  const lease = parseLease(output.stdout);
  const held = lease !== undefined && lease.expiresAtS * 1000 > nowMs ? lease : undefined;
  print(
    json
      ? JSON.stringify({
        kind: "lock",
        server: runner.server,
        app: app.name,
        action,
        ...(held === undefined ? {} : { held: withoutToken(held) }),
      })
      : `[${runner.server}] ${app.name}: ${describe(held, action)}`,
  );
}

function withoutToken({ token: _token, ...rest }: Lease): Omit<Lease, "token"> {
  return rest;
}

function describe(lease: Lease | undefined, action: "status" | "release"): string {
  if (lease === undefined) return "not locked";
  const since = new Date(lease.sinceS * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  const who = `by ${lease.owner} on ${lease.host} (process ${lease.pid}) since ${since}`;
  return action === "release" ? `released; it was locked ${who}` : `locked ${who}`;
}
