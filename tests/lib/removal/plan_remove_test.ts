import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "../../../lib/docker/types.ts";
import { formatRemoval } from "../../../lib/removal/format_removal.ts";
import {
  findParts,
  planRemove,
  type PlanRemoveOptions,
  type RemovedPart,
} from "../../../lib/removal/plan_remove.ts";
import type { ProjectTraces } from "../../../lib/state/project_traces.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import { aGeneration, anApp, aReplica, aRoute, aServer } from "../../fixtures/server_state.ts";

const NOTHING: ProjectTraces = { images: [], receipts: [], volumes: [], mounts: [] };
const BLOG: RemovedPart = { kind: "app", name: "blog", config: anApp() };
const DB: RemovedPart = { kind: "service", name: "db" };

function aService(changes: Partial<Container> = {}): Container {
  return {
    ...aReplica("blue"),
    id: "id-db",
    name: "db",
    labels: { "luma.project": "site", "luma.service": "db" },
    ...changes,
  };
}

function plan(
  state: ServerState,
  options: Partial<PlanRemoveOptions & { readonly traces: ProjectTraces }> = {},
) {
  const { traces = NOTHING, ...rest } = options;
  const chosen = { project: "site", parts: [BLOG], all: false, volumes: false, ...rest };
  return planRemove(state, traces, chosen);
}

function kinds(state: ServerState, options: Parameters<typeof plan>[1] = {}): readonly string[] {
  const { parts, rest } = plan(state, options);
  return [...parts.flatMap(({ steps }) => steps), ...rest].map((step) => {
    const what = "container" in step
      ? step.container
      : "service" in step
      ? step.service
      : "path" in step
      ? step.path
      : "volume" in step
      ? step.volume
      : "color" in step
      ? step.color
      : "";
    return `${step.kind} ${what}`.trim();
  });
}

const RUNNING = aServer([aReplica("blue")], [aRoute(aGeneration("blue"))]);

test("planRemove() turns new requests away, waits for those in flight, and then ends the app", () => {
  const traces = { ...NOTHING, images: ["luma/site.blog:1"], receipts: ["blog"] };
  assert.deepEqual(kinds(RUNNING, { traces }), [
    "remove-route",
    "drop-alias",
    "drain blue",
    "stop-container blog-blue",
    "remove-container blog-blue",
    "untag-images",
    "remove-folder /var/lib/luma/receipts/site/blog",
  ]);
});

test("planRemove() gives requests the time that luma.yml says, and the usual one without it", () => {
  const app = anApp();
  const config = { ...app, deploy: { ...app.deploy, drainTimeoutMs: 5_000 } };
  const drainOf = (part: RemovedPart) =>
    plan(RUNNING, { parts: [part] }).parts[0]?.steps.find(({ kind }) => kind === "drain");
  assert.equal((drainOf({ ...BLOG, config }) as { timeoutMs: number }).timeoutMs, 5_000);
  const gone: RemovedPart = { kind: "app", name: "blog" };
  assert.equal((drainOf(gone) as { timeoutMs: number }).timeoutMs, 120_000);
});

test("planRemove() finishes what an interrupted removal left, and then has nothing to do", () => {
  assert.deepEqual(kinds(aServer([aReplica("blue", { alias: false })])), [
    "drain blue",
    "stop-container blog-blue",
    "remove-container blog-blue",
  ]);
  const stopped = aServer([aReplica("blue", { alias: false, status: "exited" })]);
  assert.deepEqual(kinds(stopped).slice(-1), ["remove-container blog-blue"]);
  assert.deepEqual(kinds(aServer([]), { traces: { ...NOTHING, images: ["luma/site.blog:1"] } }), [
    "untag-images",
  ]);
  assert.deepEqual(kinds(aServer([])), []);
});

test("planRemove() stops a service only where it runs, or is about to", () => {
  const options = { parts: [DB] };
  for (const status of ["running", "paused", "restarting"] as const) {
    const state = aServer([aService({ status })]);
    assert.deepEqual(kinds(state, options), ["stop-container db", "remove-service db"]);
  }
  for (const status of ["created", "exited", "removing", "dead"] as const) {
    assert.deepEqual(kinds(aServer([aService({ status })]), options), ["remove-service db"]);
  }
});

test("planRemove() takes both colors, and nothing of another project or app", () => {
  const state = aServer([
    aReplica("blue"),
    aReplica("green", { alias: false }),
    aReplica("blue", { app: "shop" }),
    aReplica("blue", { project: "other" }),
  ], [aRoute(aGeneration("blue"))]);
  const removed = kinds(state).filter((words) => words.startsWith("remove-container"));
  assert.deepEqual(removed, ["remove-container blog-blue", "remove-container blog-green"]);
});

test("planRemove() keeps an image of an app whose name begins alike", () => {
  const traces = { ...NOTHING, images: ["luma/site.blog-api:1", "luma/site.blog:2"] };
  const [part] = plan(aServer([]), { traces }).parts;
  assert.deepEqual(part?.steps.flatMap((step) => step.kind === "untag-images" ? step.tags : []), [
    "luma/site.blog:2",
  ]);
});

test("planRemove() keeps volumes, and says how to remove them, unless they are asked for", () => {
  const traces = {
    ...NOTHING,
    volumes: ["data", "other", "f".repeat(64)],
    mounts: [
      { container: "id-db", kind: "volume", source: "data" },
      { container: "id-db", kind: "volume", source: "f".repeat(64) },
      { container: "id-db", kind: "bind", source: "/srv/own" },
    ],
  } as const;
  const options = { traces, parts: [DB] };
  const state = aServer([aService()]);
  const kept = plan(state, options);
  assert.deepEqual(kept.rest, []);
  const hash = "f".repeat(64);
  assert.deepEqual(kept.kept, [
    "volume data; to remove it later: docker volume rm data",
    `volume ${hash}; to remove it later: docker volume rm ${hash}`,
  ]);
  assert.deepEqual(kinds(state, { ...options, volumes: true }), [
    "stop-container db",
    "remove-service db",
    "remove-volume data",
    `remove-volume ${hash}`,
  ]);
});

test("planRemove() never removes a volume or folder that a container which stays uses", () => {
  const root = "/var/lib/luma/volumes/site";
  const traces: ProjectTraces = {
    ...NOTHING,
    volumeFolder: root,
    volumes: ["data"],
    mounts: [
      { container: "id-db", kind: "volume", source: "data" },
      { container: "id-blog-blue", kind: "volume", source: "data" },
      { container: "id-db", kind: "bind", source: `${root}/pg` },
      { container: "stranger", kind: "bind", source: `${root}/pg/base` },
    ],
  };
  const state = aServer([aService(), aReplica("blue")]);
  const { rest, kept } = plan(state, { traces, parts: [DB], volumes: true });
  assert.deepEqual(rest, []);
  assert.deepEqual(kept, [
    "volume data: blog-blue uses it",
    `folder ${root}/pg: container stranger uses it`,
  ]);
});

test("planRemove() removes only folders that are below the project's own", () => {
  const root = "/var/lib/luma/volumes/site";
  const mounts = [`${root}/pg`, `${root}/../other`, root, "/etc"].map((source) =>
    ({ container: "id-db", kind: "bind", source }) as const
  );
  const traces = { ...NOTHING, volumeFolder: root, mounts };
  const { rest } = plan(aServer([aService()]), { traces, parts: [DB], volumes: true });
  assert.deepEqual(rest.flatMap((step) => step.kind === "remove-folder" ? step.path : []), [
    `${root}/pg`,
  ]);
});

test("planRemove() takes the network along with the project, unless somebody else is in it", () => {
  const holder: Container = {
    ...aReplica("blue"),
    id: "id-holder",
    name: "luma-proxy-net",
    labels: { "luma.role": "proxy-net" },
  };
  const network = RUNNING.network;
  assert.ok(network !== undefined);
  const attached = [
    { id: "id-holder", name: "luma-proxy-net", address: "" },
    { id: "id-blog-blue", name: "blog-blue", address: "" },
  ];
  const whole = { ...RUNNING, proxyContainers: [holder], network: { ...network, attached } };
  assert.deepEqual(kinds(whole, { all: true }).slice(-2), ["disconnect-proxy", "remove-network"]);
  const stranger = { id: "x", name: "adminer", address: "" };
  const shared = { ...whole, network: { ...network, attached: [...attached, stranger] } };
  const { rest, kept } = plan(shared, { all: true });
  assert.deepEqual([rest, kept], [[], ["network site-network: adminer uses it"]]);
});

test("findParts() finds what luma.yml does not name any more, by labels, routes and records", () => {
  const state = aServer([aReplica("blue", { app: "old" }), aService()], [
    aRoute(aGeneration("blue")),
  ]);
  const traces = { ...NOTHING, images: ["luma/site.worker:1"], receipts: ["worker", "cli"] };
  assert.deepEqual(findParts(state, traces, "site").map(({ kind, name }) => `${kind} ${name}`), [
    ...["app blog", "app cli", "app old", "app worker", "service db"],
  ]);
});

test("formatRemoval() names all that goes and what stays", () => {
  const traces = {
    ...NOTHING,
    images: ["luma/site.blog:1", "luma/site.blog:2"],
    volumes: ["data"],
    mounts: [{ container: "id-blog-blue", kind: "volume", source: "data" }],
  } as const;
  assert.equal(
    formatRemoval(plan(RUNNING, { traces }), RUNNING).join("\n"),
    `[server] To be removed:
  blog (app, my-blog)
    container blog-blue
    its route in the proxy; what is being answered has 120 s to end
    2 images luma/site.blog:*
  stays: volume data; to remove it later: docker volume rm data`,
  );
  assert.deepEqual(formatRemoval(plan(aServer([])), aServer([])), []);
});

test("formatRemoval() tells of volumes that nobody named, which go with an app's container", () => {
  const [own, shared] = ["a".repeat(64), "b".repeat(64)];
  const traces = {
    ...NOTHING,
    volumes: [own, shared],
    mounts: [
      { container: "id-blog-blue", kind: "volume", source: own },
      { container: "id-blog-blue", kind: "volume", source: shared },
      { container: "stranger", kind: "volume", source: shared },
    ],
  } as const;
  const removal = plan(RUNNING, { traces, volumes: true });
  assert.deepEqual([removal.rest, removal.kept], [[], []]);
  const lines = formatRemoval(removal, RUNNING).filter((line) => line.includes("volume"));
  assert.deepEqual(lines, [
    "    volume aaaaaaaaaaaa, with all that is in it: it goes with its container, for nobody named it",
  ]);
});

test("planRemove() quotes a folder in the line that removes it later", () => {
  const root = "/var/lib/luma/volumes/site";
  const mounts = [{ container: "id-db", kind: "bind", source: `${root}/my data` }] as const;
  const traces = { ...NOTHING, volumeFolder: root, mounts };
  const { kept } = plan(aServer([aService()]), { traces, parts: [DB] });
  assert.deepEqual(kept, [
    `folder ${root}/my data; to remove it later: rm -r -- '${root}/my data'`,
  ]);
});
