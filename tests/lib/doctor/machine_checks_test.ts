import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkClock,
  checkDisk,
  checkDocker,
  checkKernel,
  checkMemory,
  checkSsh,
} from "../../../lib/doctor/machine_checks.ts";
import type { Finding, Observation } from "../../../lib/doctor/types.ts";
import {
  anInside,
  anObservation,
  aProcess,
  aSoundState,
  REACHED,
} from "../../fixtures/observation.ts";

/** `warning: message → fix`. */
function lines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ mark, message, fix }) =>
    `${mark}: ${message}${fix === undefined ? "" : ` → ${fix}`}`
  );
}

function withFacts(facts: Partial<ReturnType<typeof aSoundState>["facts"]>): Observation {
  const state = aSoundState();
  return anObservation({
    inside: anInside({ state: { ...state, facts: { ...state.facts, ...facts } } }),
  });
}

test("checkSsh() tells how long a command takes, and what a server that is not reached says", () => {
  assert.deepEqual(lines(checkSsh(anObservation())), ["good: reached, a command takes 40 ms"]);
  const server = { kind: "ssh", name: "server", host: "h", user: "luma" } as const;
  const slow = anObservation({ server, reached: { ...REACHED, roundTripMs: 700 } });
  assert.match(lines(checkSsh(slow)).join(), /^warning: reached as luma, but .* 700 ms/);
  const lost = anObservation({ reached: { message: "Cannot reach server", hint: "ssh server" } });
  assert.deepEqual(lines(checkSsh(lost)), ["bad: Cannot reach server → ssh server"]);
  const local = anObservation({ server: { kind: "local", name: "local" } });
  assert.deepEqual(checkSsh(local), []);
});

test("checkDocker() tells the engine, or why it cannot be used", () => {
  assert.deepEqual(lines(checkDocker(anObservation())), [
    "good: 20.10.24, linux/amd64, overlay2, live-restore off",
  ]);
  const refused = { message: "Cannot reach Docker: permission denied", hint: "usermod -aG docker" };
  assert.deepEqual(lines(checkDocker(anObservation({ inside: refused }))), [
    "bad: Cannot reach Docker: permission denied → usermod -aG docker",
  ]);
  const { inside: _inside, ...unreached } = anObservation();
  assert.deepEqual(checkDocker(unreached), []);
});

test("checkDisk() is bad below 1 GB, a warning below 5 GB, and names what can be freed", () => {
  assert.deepEqual(lines(checkDisk(anObservation())), [
    "good: 50.0 GB free in /var/lib/docker",
  ]);
  assert.match(lines(checkDisk(withFacts({ diskFreeBytes: 4e9 }))).join(), /^warning: 4\.00 GB/);
  const state = aSoundState();
  const full = anInside({
    state: { ...state, facts: { ...state.facts, diskFreeBytes: 4e8 } },
    engine: { ...anInside().engine, reclaimableBytes: 3.1e9 },
  });
  assert.match(
    lines(checkDisk(anObservation({ inside: full }))).join(),
    /^bad: 400 MB free in \/var\/lib\/docker → docker image prune -a frees up to 3\.10 GB/,
  );
});

test("checkMemory() warns where a second color would not fit", () => {
  assert.deepEqual(lines(checkMemory(anObservation())), ["good: 3.00 GB of 4.00 GB free"]);
  assert.match(
    lines(checkMemory(withFacts({ memoryFreeBytes: 1e8 }))).join(),
    /^warning: 100 MB of 4\.00 GB free: a deployment runs both colors/,
  );
});

test("checkClock() warns of more than 2 s, beyond what cannot be told", () => {
  const at = (clockAheadMs: number) => anObservation({ reached: { ...REACHED, clockAheadMs } });
  assert.deepEqual(lines(checkClock(at(2_400))), ["good: as this machine's"]);
  assert.match(lines(checkClock(at(3_000))).join(), /^warning: 3 s ahead of this machine's → /);
  assert.match(lines(checkClock(at(-61_000))).join(), /^warning: 61 s behind this machine's/);
});

test("checkKernel() asks for tcp_migrate_req, and for a kernel that has it", () => {
  assert.deepEqual(lines(checkKernel(anObservation())), ["good: 6.1.0, tcp_migrate_req is set"]);
  assert.match(
    lines(checkKernel(withFacts({ kernel: "5.10.0-28-amd64" }))).join(),
    /^warning: 5\.10\.0-28-amd64: .* → a kernel from 5\.14/,
  );
  const without = anInside({ processes: [aProcess("luma-proxy-net", { sysctls: {} })] });
  assert.match(
    lines(checkKernel(anObservation({ inside: without }))).join(),
    /^warning: .* without tcp_migrate_req/,
  );
});
