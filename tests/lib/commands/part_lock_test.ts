import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type CommandContext, NOBODY } from "../../../lib/commands/context.ts";
import { type PartLock, withPartLocks } from "../../../lib/commands/part_lock.ts";
import { sessionOver } from "../../../lib/commands/session.ts";
import type { Config } from "../../../lib/config/types.ts";
import { LockHeldError } from "../../../lib/lock/lease_lock.ts";
import type { Event } from "../../../lib/report/events.ts";
import { createLocalRunner } from "../../../lib/ssh/local_runner.ts";

interface Site {
  readonly home: string;
  readonly events: readonly Event[];
  /** Runs `body` with the locks held. */
  hold(parts: readonly PartLock[], body: () => Promise<void>): Promise<void>;
}

async function withSite(body: (site: Site) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), "luma-parts-"));
  const session = sessionOver(createLocalRunner({ server: "server" }));
  const events: Event[] = [];
  const context: CommandContext = {
    config: { name: "site" } as Config,
    report: (event) => void events.push(event),
    signal: new AbortController().signal,
    print: () => {},
    json: false,
    person: NOBODY,
  };
  const hold: Site["hold"] = (parts, held) =>
    withPartLocks({ session, home, parts }, context, held);
  try {
    await body({ home, events, hold });
  } finally {
    await rm(home, { recursive: true });
  }
}

/** A lease of somebody on another host, which is over in `seconds`. */
async function lockedByAnn(home: string, name: string, seconds: number): Promise<void> {
  const nowS = Math.floor(Date.now() / 1000);
  const lines = ["theirs", nowS + seconds, "ann", "laptop", "other", 1, nowS, ""];
  await mkdir(join(home, "locks"), { recursive: true });
  await writeFile(join(home, "locks", `site.${name}.lock`), lines.join("\n"));
}

function failure(run: Promise<void>): Promise<LockHeldError> {
  return run.then(() => assert.fail("it was not refused"), (error: unknown) => {
    assert.ok(error instanceof LockHeldError);
    return error;
  });
}

test("withPartLocks() holds the lock of each name once, also where two parts have it", () =>
  withSite(async ({ home, hold }) => {
    await hold([{ name: "db" }, { name: "blog" }, { name: "db" }], async () => {
      const files = (await readdir(join(home, "locks"))).filter((file) => file.endsWith(".lock"));
      assert.deepEqual(files.sort(), ["site.blog.lock", "site.db.lock"]);
    });
  }));

test("withPartLocks() says for whom it waits, and what it wanted the lock for", () =>
  withSite(async ({ home, hold, events }) => {
    await lockedByAnn(home, "blog", 60);
    const error = await failure(
      hold([{ name: "blog", action: 'remove "blog" on', waitS: 1 }], () => assert.fail("it ran")),
    );
    assert.match(error.message, /^Cannot remove "blog" on server: locked by ann on laptop/);
    assert.equal(error.hint, "If no deployment is running: luma lock release blog");
    assert.deepEqual(
      events.map(({ kind, ...event }) => [kind, "app" in event ? event.app : ""]),
      [["waiting for lock", "blog"]],
    );
  }));

test("withPartLocks() refuses at once where nobody shall wait", () =>
  withSite(async ({ home, hold, events }) => {
    await lockedByAnn(home, "blog", 60);
    await failure(hold([{ name: "blog", patient: false }], () => assert.fail("it ran")));
    assert.deepEqual(events, []);
  }));
