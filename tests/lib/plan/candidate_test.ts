import assert from "node:assert/strict";
import { test } from "node:test";
import { aliasChange, chooseCandidate } from "../../../lib/plan/candidate.ts";
import { nameReplicas } from "../../../lib/plan/container_names.ts";
import { replicaSpec } from "../../../lib/plan/replica_spec.ts";
import { Secret } from "../../../lib/config/secret.ts";
import type { AppConfig } from "../../../lib/config/types.ts";
import type { ServerState } from "../../../lib/state/types.ts";
import { anApp, aReplica, aServer, NEW, resolved } from "../../fixtures/server_state.ts";

function choose(server: ServerState, replicas = 1, active?: "blue" | "green") {
  return chooseCandidate(resolved(anApp({ replicas })), server, {
    deployment: NEW,
    cause: "image changed",
    ...(active === undefined ? {} : { active }),
  });
}

function spec(changes: Partial<AppConfig>) {
  return replicaSpec(resolved(anApp(changes)), {
    name: "blog-green-2",
    address: "172.18.0.9",
    color: "green",
    replica: 2,
    deployment: NEW,
    home: "/var/lib/luma",
  });
}

test("chooseCandidate() takes blue first, then the color that is not in use", () => {
  assert.equal(choose(aServer([])).color, "blue");
  assert.equal(choose(aServer([]), 1, "blue").color, "green");
  assert.equal(choose(aServer([]), 1, "green").color, "blue");
});

test("chooseCandidate() chooses different addresses in the lower half, that nobody has or keeps", () => {
  const network = {
    ...aServer([]).network!,
    attached: [{ id: "p", name: "luma-proxy-net", address: "172.18.0.3" }],
  };
  const server = aServer([aReplica("blue", { address: "172.18.0.2", status: "exited" })], [], {
    network,
  });
  const addresses = choose(server, 3, "blue").replicas.map(({ address }) => address);
  assert.equal(new Set(addresses).size, 3);
  for (const address of addresses) {
    assert.match(address, /^172\.18\.(\d|[1-9]\d|1[01]\d|12[0-7])\.\d+$/);
    assert.ok(!["172.18.0.1", "172.18.0.2", "172.18.0.3"].includes(address), address);
  }
});

test("chooseCandidate() refuses a server without the project's network", () => {
  const { network: _network, ...server } = aServer([]);
  assert.throws(() => choose(server), /"site-network" on server: the network does not exist/);
});

test("aliasChange() gives the app's alias to a color in use, and a temporary one to another", () => {
  const candidate = choose(aServer([]), 2);
  const aliases = (inUse: boolean) =>
    aliasChange(candidate, inUse).containers.map((container) => container.aliases);
  assert.deepEqual(aliases(true), [["blog"], ["blog"]]);
  assert.deepEqual(aliases(false), [["blog-blue-temp"], ["blog-blue-temp"]]);
});

test("nameReplicas() counts replicas only where there are several", () => {
  const name = (replicas: number) =>
    nameReplicas(aServer([]), { project: "site", name: "blog", replicas }, "green");
  assert.deepEqual(name(1), ["blog-green"]);
  assert.deepEqual(name(2), ["blog-green-1", "blog-green-2"]);
});

test("nameReplicas() puts the project in front where another project has such an app", () => {
  const other = aReplica("blue", { project: "shop" });
  const app = { project: "site", name: "blog", replicas: 1 };
  assert.deepEqual(nameReplicas(aServer([other]), app, "green"), ["site-blog-green"]);
  assert.deepEqual(nameReplicas(aServer([aReplica("blue")]), app, "green"), ["blog-green"]);
});

test("replicaSpec() makes a replica that nothing finds and Docker does not start again", () => {
  const { network, address, aliases, restart, name } = spec({});
  assert.deepEqual({ network, address, aliases, restart, name }, {
    network: "site-network",
    address: "172.18.0.9",
    aliases: ["blog-green-temp"],
    restart: "no",
    name: "blog-green-2",
  });
});

test("replicaSpec() labels the facts of its birth", () => {
  const { "luma.config-hash": hash, ...labels } = spec({}).labels;
  assert.match(hash ?? "", /environment=/);
  assert.deepEqual(labels, {
    "luma.project": "site",
    "luma.app": "blog",
    "luma.color": "green",
    "luma.replica": "2",
    "luma.deployment": NEW,
    "luma.image": "my-blog",
  });
});

test("replicaSpec() lets the app's own variables win, and keeps secrets apart", () => {
  const secrets = { TOKEN: new Secret("hunter2") };
  const { environment, secrets: kept } = spec({ environment: { LUMA_COLOR: "mine" }, secrets });
  assert.equal(environment["LUMA_COLOR"], "mine");
  assert.equal(environment["LUMA_REPLICA"], "2");
  assert.deepEqual(kept, secrets);
  assert.ok(!JSON.stringify(spec({ secrets })).includes("hunter2"));
});

test("replicaSpec() keeps relative volumes in the server's folder of the project", () => {
  const volumes = [
    { kind: "relative", source: "./data", path: "/data", readOnly: false },
    { kind: "absolute", source: "/etc/hosts", path: "/hosts", readOnly: true },
    { kind: "named", source: "cache", path: "/cache", readOnly: false },
  ] as const;
  assert.deepEqual(spec({ volumes }).volumes, [
    "/var/lib/luma/volumes/site/data:/data",
    "/etc/hosts:/hosts:ro",
    "cache:/cache",
  ]);
});

test("replicaSpec() publishes ports that have a host port, and no others", () => {
  const ports = [
    { containerPort: 80, protocol: "tcp" },
    { hostAddress: "127.0.0.1", hostPort: 8080, containerPort: 80, protocol: "tcp" },
    { hostPort: 53, containerPort: 53, protocol: "udp" },
  ] as const;
  assert.deepEqual(spec({ ports }).ports, ["127.0.0.1:8080:80/tcp", "53:53/udp"]);
});
