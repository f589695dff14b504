import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EMPTY_STATE, type ProxyState } from "../../../proxy/control/proxy_state.ts";
import type { StartError } from "../../../proxy/control/run_proxy.ts";
import { switchBack } from "../../../proxy/control/seal_generation.ts";
import {
  LAST_GOOD_FILE_NAME,
  loadState,
  saveState,
  STATE_FILE_NAME,
} from "../../../proxy/control/state_file.ts";
import { switchRoute } from "../../../proxy/control/switch_route.ts";
import { startFakeProxy, withDir } from "./fixtures/fake_script.ts";
import { switchRequest } from "./fixtures/requests.ts";

const now = () => Date.UTC(2026, 0, 2);

function makeState(deployment: string): ProxyState {
  const outcome = switchRoute(EMPTY_STATE, switchRequest({ deployment }), {
    nowMs: 1_000,
    oldShare: 0.5,
  });
  assert.equal(outcome.kind, "change");
  return "state" in outcome ? outcome.state : EMPTY_STATE;
}

const STATE = makeState("d1");

test("loadState() starts empty and without a warning in a new folder", async () => {
  await withDir(async (dir) => {
    const loaded = await loadState(join(dir, "new"), now);
    assert.deepEqual(loaded, { state: EMPTY_STATE, warnings: [] });
  });
});

test("loadState() reads what saveState() wrote", async () => {
  await withDir(async (dir) => {
    const request = { project: "shop", app: "blog", generation: 1, reason: "500s", nowMs: 2 };
    const failure = { requests: 9, failed: 8, share: 8 / 9, oldShare: 0, examples: ["GET /: 500"] };
    const left = switchBack(STATE, { ...request, failure });
    for (const state of [STATE, "state" in left ? left.state : EMPTY_STATE]) {
      await saveState(dir, state);
      assert.deepEqual(await loadState(dir, now), { state, warnings: [] });
    }
  });
});

test("saveState() leaves no temporary file", async () => {
  await withDir(async (dir) => {
    await saveState(dir, STATE);
    await saveState(dir, makeState("d2"));
    assert.deepEqual(
      readdirSync(dir).toSorted(),
      [STATE_FILE_NAME, LAST_GOOD_FILE_NAME].toSorted(),
    );
  });
});

const DAMAGES: readonly (readonly [string, (text: string) => string])[] = [
  ["empty", () => ""],
  ["cut", (text) => text.slice(0, text.length / 2)],
  ["zeroed", (text) => "\0".repeat(text.length)],
  ["of no version", (text) => text.replace('"version": 1', '"version": 0')],
  ["without a port", (text) => text.replace('"port": 3000', '"port": "x"')],
  ["not an object", () => "[]"],
];

for (const [what, damage] of DAMAGES) {
  test(`loadState() sets a file that is ${what} aside, and uses the last good copy`, async () => {
    await withDir(async (dir) => {
      await saveState(dir, STATE);
      const path = join(dir, STATE_FILE_NAME);
      const damaged = damage(readFileSync(path, "utf8"));
      writeFileSync(path, damaged);
      const { state, warnings } = await loadState(dir, now);
      assert.deepEqual(state, STATE);
      assert.equal(warnings.length, 2);
      assert.match(
        warnings[0] ?? "",
        /state\.json was damaged and is now .*state\.json\.damaged-2026/,
      );
      const aside = join(dir, `${STATE_FILE_NAME}.damaged-2026-01-02T00-00-00.000Z`);
      assert.equal(readFileSync(aside, "utf8"), damaged);
    });
  });
}

for (const name of [STATE_FILE_NAME, LAST_GOOD_FILE_NAME]) {
  test(`runProxy() does not start on a ${name} of a newer version, and leaves it there`, async () => {
    await withDir(async (dir) => {
      const newer = JSON.stringify({ ...STATE, version: 2, more: [] });
      writeFileSync(join(dir, STATE_FILE_NAME), "damaged");
      writeFileSync(join(dir, name), newer);
      const before = readdirSync(dir);
      const proxy = startFakeProxy(dir);
      await assert.rejects(proxy.ended, (error: StartError) => {
        assert.match(error.message, /^Cannot start: the state file .* has version 2, from a newer/);
        assert.match(error.hint ?? "", /run that version again/);
        return true;
      });
      assert.deepEqual(readdirSync(dir), before);
      assert.equal(readFileSync(join(dir, name), "utf8"), newer);
    });
  });
}

test("loadState() starts without routes and says so, when both files are damaged", async () => {
  await withDir(async (dir) => {
    writeFileSync(join(dir, STATE_FILE_NAME), "{");
    writeFileSync(join(dir, LAST_GOOD_FILE_NAME), "{");
    const { state, warnings } = await loadState(dir, now);
    assert.deepEqual(state, EMPTY_STATE);
    assert.match(warnings.at(-1) ?? "", /started without routes/);
  });
});

test("loadState() ignores what a crash left half written", async () => {
  await withDir(async (dir) => {
    await saveState(dir, STATE);
    writeFileSync(join(dir, `${STATE_FILE_NAME}.new`), '{"version"');
    assert.deepEqual(await loadState(dir, now), { state: STATE, warnings: [] });
  });
});

test("loadState() reads the copy, when a crash came before the first rename", async () => {
  await withDir(async (dir) => {
    await saveState(dir, STATE);
    rmSync(join(dir, STATE_FILE_NAME));
    assert.deepEqual((await loadState(dir, now)).state, STATE);
  });
});

test("saveState() fails and keeps the former state, when the disk does not take the new one", async () => {
  await withDir(async (dir) => {
    await saveState(dir, STATE);
    mkdirSync(join(dir, `${STATE_FILE_NAME}.new`)); // Root may write anywhere, but not to a folder.
    await assert.rejects(saveState(dir, makeState("d2")));
    assert.deepEqual(await loadState(dir, now), { state: STATE, warnings: [] });
  });
});

test("Control.change() answers a failure and changes nothing, when the state cannot be written", async () => {
  await withDir(async (dir) => {
    const proxy = startFakeProxy(dir);
    await proxy.logged(/ready:/);
    mkdirSync(join(dir, `${STATE_FILE_NAME}.new`));
    await assert.rejects(proxy.call("switch", switchRequest()), /Cannot write the state/);
    assert.deepEqual(await proxy.call("list", {}), [{ routes: [] }]);
    rmSync(join(dir, `${STATE_FILE_NAME}.new`), { recursive: true });
    assert.equal((await proxy.call("switch", switchRequest()))[0]?.generation, 1);
    await proxy.stop();
  });
});

test("Control.change() counts, and says what is wrong, when only the copy cannot be written", async () => {
  await withDir(async (dir) => {
    const proxy = startFakeProxy(dir);
    await proxy.logged(/ready:/);
    mkdirSync(join(dir, `${LAST_GOOD_FILE_NAME}.new`));
    assert.equal((await proxy.call("switch", switchRequest()))[0]?.generation, 1);
    const [status] = await proxy.call("status", {});
    assert.match(status?.warnings[0] ?? "", /The state was written, but not its copy/);
    assert.equal(status?.routes.length, 1);
    await proxy.stop();
    assert.equal((await loadState(dir, now)).state.routes.length, 1);
  });
});

test("runProxy() tells a damaged state file in its status", async () => {
  await withDir(async (dir) => {
    await saveState(dir, STATE);
    writeFileSync(join(dir, STATE_FILE_NAME), "damaged");
    const proxy = startFakeProxy(dir);
    await proxy.logged(/ready:/);
    const [status] = await proxy.call("status", {});
    assert.match(status?.warnings[0] ?? "", /was damaged/);
    assert.equal(status?.routes.length, 1);
    await proxy.stop();
  });
});
