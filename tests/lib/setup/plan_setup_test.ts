import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "../../../lib/docker/types.ts";
import { isKernelAtLeast, planFirstSetup, planSetup } from "../../../lib/setup/plan_setup.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import { aReplica, aServer } from "../../fixtures/server_state.ts";

const OPTIONS = { project: "site", proxy: { httpPort: 80, httpsPort: 443 } };

function aHolder(changes: Partial<Container> = {}): Container {
  return {
    ...aReplica("blue"),
    id: "holder-id",
    name: "luma-proxy-net",
    labels: { "luma.role": "proxy-net" },
    networks: { "site-network": { aliases: [] } },
    startedAtMs: 1_000,
    ...changes,
  };
}

function aProgram(changes: Partial<Container> = {}): Container {
  return {
    ...aReplica("blue"),
    id: "program-id",
    name: "luma-proxy",
    labels: { "luma.role": "proxy", "luma.image": "luma-proxy:1" },
    networks: {},
    networkMode: "container:holder-id",
    startedAtMs: 2_000,
    ...changes,
  };
}

function aFormer(changes: Partial<Container> = {}): Container {
  return aProgram({ id: "former-id", name: "luma-proxy-former", ...changes });
}

function aServerWith(proxyContainers: readonly Container[], changes: Partial<ServerState> = {}) {
  return aServer([], [], { proxyContainers, ...changes });
}

function kinds(state: ServerState, wantedImage?: string): readonly string[] {
  return planSetup(state, { ...OPTIONS, ...(wantedImage === undefined ? {} : { wantedImage }) })
    .map((step) => "container" in step ? `${step.kind} ${step.container}` : step.kind);
}

test("planSetup() brings no proxy where nothing is served", () => {
  const { network: _network, ...bare } = aServer([]);
  const plan = (state: ServerState) => planSetup(state, { ...OPTIONS, networkOnly: true });
  assert.deepEqual(plan({ ...bare, proxy: { kind: "absent" } }).map(({ kind }) => kind), [
    "create-network",
  ]);
  assert.deepEqual(plan(aServer([], [], { proxy: { kind: "absent" } })), []);
});

test("planSetup() makes everything on a server that has nothing", () => {
  const { network: _network, ...bare } = aServer([]);
  assert.deepEqual(kinds({ ...bare, proxy: { kind: "absent" } }), [
    "create-network",
    "bring-image",
    "create-ingress",
    "create-holder",
    "create-program",
    "wait-for-proxy",
    "connect-holder",
  ]);
});

test("planSetup() plans nothing where everything is there", () => {
  assert.deepEqual(kinds(aServerWith([aHolder(), aProgram()])), []);
});

test("planSetup() connects the proxy that runs to one more project, and touches nothing else", () => {
  const server = aServerWith([aHolder({ networks: {} }), aProgram()]);
  assert.deepEqual(kinds(server), ["connect-holder"]);
});

test("planSetup() connects a new proxy to the networks of all projects that have containers", () => {
  const other = aReplica("blue", { project: "other" });
  const networks = { "other-network": { aliases: [] } };
  const server = aServerWith([], {
    proxy: { kind: "absent" },
    containers: [{ ...other, networks }, { ...other, networks: {} }],
  });
  const steps = planSetup(server, OPTIONS).filter(({ kind }) => kind === "connect-holder");
  assert.deepEqual(steps.map((step) => "network" in step ? step.network : ""), [
    `${OPTIONS.project}-network`,
    "other-network",
  ]);
});

test("planSetup() replaces a program of another image only when it is asked to", () => {
  const server = aServerWith([aHolder(), aProgram()]);
  assert.deepEqual(kinds(server, "luma-proxy:2"), [
    "bring-image",
    "replace-program",
    "wait-for-proxy",
  ]);
  assert.deepEqual(kinds(server, "luma-proxy:1"), []);
});

test("planSetup() replaces a program with other settings, but keeps them where none are given", () => {
  const labels = { ...aProgram().labels, "luma.proxy-settings": "--idle-timeout=5000ms" };
  const server = aServerWith([aHolder(), aProgram({ labels })]);
  const plan = (idleTimeoutMs: number | undefined, wantedImage?: string) =>
    planSetup(server, {
      project: "site",
      proxy: {
        ...OPTIONS.proxy,
        ...(idleTimeoutMs !== undefined && { settings: { idleTimeoutMs } }),
      },
      ...(wantedImage !== undefined && { wantedImage }),
    }).filter(({ kind }) => kind === "replace-program");
  const replaced = (settings: string) => [{ kind: "replace-program", settings }];
  assert.deepEqual(plan(7_000, "luma-proxy:1"), replaced("--idle-timeout=7000ms"));
  assert.deepEqual(plan(5_000, "luma-proxy:1"), []);
  assert.deepEqual(plan(undefined, "luma-proxy:1"), []);
  assert.deepEqual(plan(undefined, "luma-proxy:2"), replaced("--idle-timeout=5000ms"));
  // A deployment asks for no image: it leaves the proxy as it is.
  assert.deepEqual(plan(7_000), []);
});

test("planSetup() starts a program that was stopped", () => {
  const down = { proxy: { kind: "down", reason: "" } } as const;
  const server = aServerWith([aHolder(), aProgram({ status: "exited" })], down);
  assert.deepEqual(kinds(server), ["start-container luma-proxy", "wait-for-proxy"]);
});

test("planSetup() starts a program again that lost its holder's namespace, or is paused", () => {
  const stopped = aServerWith([aHolder({ status: "exited" }), aProgram()]);
  assert.deepEqual(kinds(stopped), [
    "start-container luma-proxy-net",
    "restart-program",
    "wait-for-proxy",
  ]);
  const restarted = aServerWith([aHolder({ startedAtMs: 3_000 }), aProgram()]);
  assert.deepEqual(kinds(restarted), ["restart-program", "wait-for-proxy"]);
  const paused = aServerWith([aHolder(), aProgram({ status: "paused" })]);
  assert.deepEqual(kinds(paused), ["restart-program", "wait-for-proxy"]);
});

test("planSetup() makes a program anew that belongs to a holder which is gone", () => {
  const server = aServerWith([aHolder(), aProgram({ networkMode: "container:other" })]);
  assert.deepEqual(kinds(server), [
    "remove-container luma-proxy",
    "bring-image",
    "create-program",
    "wait-for-proxy",
  ]);
});

test("planSetup() gives a program its name back when replacing it was interrupted", () => {
  assert.deepEqual(kinds(aServerWith([aHolder(), aFormer()])), [
    "restore-program",
    "wait-for-proxy",
  ]);
});

test("planSetup() lets a former program drain, and removes it once it has ended", () => {
  assert.deepEqual(kinds(aServerWith([aHolder(), aProgram(), aFormer()])), []);
  assert.deepEqual(kinds(aServerWith([aHolder(), aProgram(), aFormer({ status: "exited" })])), [
    "remove-container luma-proxy-former",
  ]);
});

test("planSetup() lets connections migrate only where the kernel can", () => {
  const migrates = (kernel: string) => {
    const server = aServerWith([], { proxy: { kind: "absent" } });
    const facts = { ...server.facts, kernel };
    return planSetup({ ...server, facts }, OPTIONS)
      .some((step) => step.kind === "create-holder" && step.migratesConnections);
  };
  assert.deepEqual([migrates("6.1.0-13-amd64"), migrates("5.10.0")], [true, false]);
});

test("isKernelAtLeast() compares numbers, and takes what it cannot read for older", () => {
  assert.equal(isKernelAtLeast("5.14.0", 5, 14), true);
  assert.equal(isKernelAtLeast("5.9.16", 5, 14), false);
  assert.equal(isKernelAtLeast("6.0", 5, 14), true);
  assert.equal(isKernelAtLeast("unknown", 5, 14), false);
});

test("planSetup() makes no project's network where it is for none", () => {
  const steps = planSetup(aServerWith([aHolder({ networks: {} }), aProgram()]), {
    proxy: OPTIONS.proxy,
  });
  assert.deepEqual(steps, []);
});

test("planFirstSetup() plans for a server that has nothing, by its kernel", () => {
  const steps = planFirstSetup("5.10.0-28-amd64", { proxy: OPTIONS.proxy });
  assert.deepEqual(steps.map(({ kind }) => kind), [
    "bring-image",
    "create-ingress",
    "create-holder",
    "create-program",
    "wait-for-proxy",
  ]);
  assert.deepEqual(steps[2], {
    ...{ kind: "create-holder", httpPort: 80, httpsPort: 443, migratesConnections: false },
  });
});
