import assert from "node:assert/strict";
import { test } from "node:test";
import { findObstacles } from "../../../lib/plan/find_obstacles.ts";
import type { Obstacle } from "../../../lib/plan/obstacle.ts";
import { findDisk } from "../../../lib/plan/find_shortages.ts";
import { planDeploy } from "../../../lib/plan/plan_deploy.ts";
import type { ResolvedApp } from "../../../lib/resolve/resolve_app.ts";
import type { PortHolder, ServerFacts, ServerState } from "../../../lib/state/types.ts";
import {
  aGeneration,
  anApp,
  aReplica,
  aRoute,
  aServer,
  NEW,
  resolved,
} from "../../fixtures/server_state.ts";

const MEBIBYTE = 1024 * 1024;
const IN_PLACE = { ...anApp().deploy, strategy: "in-place" } as const;

function obstacles(app: ResolvedApp, server: ServerState): readonly Obstacle[] {
  return findObstacles(planDeploy(app, server, { deployment: NEW, force: false }), app, server);
}

function messages(app: ResolvedApp, server: ServerState): readonly string[] {
  return obstacles(app, server).map(({ message }) => message);
}

function withFacts(server: ServerState, facts: Partial<ServerFacts>): ServerState {
  return { ...server, facts: { ...server.facts, ...facts } };
}

/** Two old replicas that use 150 MiB each, as the server measured. */
const USED = withFacts(
  aServer(
    [1, 2].map((replica) => aReplica("blue", { replica, of: 2, imageId: "sha256:old" })),
    [aRoute(aGeneration("blue"))],
  ),
  {
    memoryUseBytes: { "id-blog-blue-1": 100 * MEBIBYTE, "id-blog-blue-2": 200 * MEBIBYTE },
  },
);

test("findObstacles() refuses replicas that need more memory than is free beside the old color", () => {
  const app = resolved(anApp({ replicas: 2, memoryBytes: 100 * MEBIBYTE }));
  const withFree = (mebibytes: number) =>
    messages(app, withFacts(aServer([]), { memoryFreeBytes: mebibytes * MEBIBYTE }));
  assert.deepEqual(withFree(200), []);
  assert.deepEqual(withFree(199), [
    '2 new replicas of "blog" may need 200 MiB, but server has 199 MiB free',
  ]);
});

test("findObstacles() goes by what the old color uses, where no limit says how much is needed", () => {
  const withFree = (mebibytes: number) =>
    messages(
      resolved(anApp({ replicas: 2 })),
      withFacts(USED, { memoryFreeBytes: mebibytes * MEBIBYTE }),
    );
  assert.deepEqual(withFree(300), []);
  assert.deepEqual(withFree(299), [
    '2 new replicas of "blog" may need 300 MiB, as much as the old version uses now, ' +
    "but server has 299 MiB free",
  ]);
});

test("findObstacles() counts the old color's memory as free where it is stopped first", () => {
  const app = resolved(anApp({ replicas: 2, memoryBytes: 200 * MEBIBYTE, deploy: IN_PLACE }));
  const withFree = (mebibytes: number) =>
    messages(app, withFacts(USED, { memoryFreeBytes: mebibytes * MEBIBYTE }));
  assert.deepEqual(withFree(100), []);
  assert.equal(withFree(99).length, 1);
});

test("findObstacles() needs no memory where nothing is deployed", () => {
  const server = withFacts(aServer([aReplica("blue")], [aRoute(aGeneration("blue"))]), {
    memoryFreeBytes: 1,
    memoryUseBytes: { "id-blog-blue": MEBIBYTE },
  });
  assert.deepEqual(messages(resolved(), server), []);
});

test("findObstacles() refuses a full disk, and says what to type", () => {
  const withFree = (mebibytes: number) =>
    obstacles(resolved(), withFacts(aServer([]), { diskFreeBytes: mebibytes * MEBIBYTE }));
  assert.deepEqual(withFree(200), []);
  const [obstacle] = withFree(80);
  assert.equal(
    obstacle?.message,
    "The disk of server is too full: /var/lib/docker has 80 MiB left, and 200 MiB are needed " +
      "for logs and what apps write",
  );
  assert.match(obstacle?.hint ?? "", /docker system df; then: docker image prune/);
});

for (
  const [image, free, words] of [
    [
      150,
      349,
      /350 MiB are needed for what it lacks of the image \(150 MiB\) and for logs and what apps write$/,
    ],
    [500, 999, /1000 MiB are needed for what it lacks of the image \(500 MiB\), twice while it/],
  ] as const
) {
  test(`findDisk() counts ${image} MiB of an image that is about to be sent`, () => {
    const refused = (mebibytes: number) =>
      findDisk(
        withFacts(aServer([]), { diskFreeBytes: mebibytes * MEBIBYTE }),
        image * MEBIBYTE,
      );
    assert.deepEqual(refused(free + 1), []);
    assert.match(refused(free)[0]?.message ?? "", words);
  });
}

for (
  const [what, port, holder, isRefused] of [
    ["a program", {}, { name: "nginx (process 12)" }, true],
    ["another container", {}, { name: "container db", container: "id-db" }, true],
    ["its own old color", {}, { name: "container blog-blue", container: "id-blog-blue" }, false],
    ["a program on UDP", {}, { name: "dns", protocol: "udp" }, false],
    ["a program on another port", {}, { name: "x", port: 8081 }, false],
    ["a program on one address", {}, { name: "x", address: "127.0.0.1" }, true],
    [
      "a program on another address",
      { hostAddress: "10.0.0.1" },
      { name: "x", address: "127.0.0.1" },
      false,
    ],
  ] as const
) {
  test(`findObstacles() ${isRefused ? "refuses" : "allows"} a port that ${what} has`, () => {
    const config = anApp({
      ports: [{ hostPort: 8080, containerPort: 80, protocol: "tcp", ...port }],
      deploy: IN_PLACE,
    });
    const server = {
      ...aServer([aReplica("blue", { imageId: "sha256:old" })], [aRoute(aGeneration("blue"))]),
      portHolders: [{ port: 8080, protocol: "tcp", ...holder } as PortHolder],
    };
    assert.deepEqual(
      messages(resolved(config), server),
      isRefused
        ? [`Port 8080:80 of "blog" cannot be published on server: ${holder.name} has it`]
        : [],
    );
  });
}

for (
  const [holder, hint] of [
    [{ name: "nginx (process 12)" }, /^Stop it, or choose another port under `ports:` of "blog"/],
    [{ name: "container db", container: "id-db" }, /^Stop it on server \(docker stop db\), or ch/],
    [{ name: "container luma-proxy-net", container: "id" }, /^Visitors come .* apps .*: choose/],
  ] as const
) {
  test(`findObstacles() says what to do about a port that ${holder.name} has`, () => {
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
    const server = {
      ...aServer([]),
      portHolders: [{ port: 80, protocol: "tcp", ...holder }] as const,
    };
    const found = obstacles(resolved(anApp({ ports, deploy: IN_PLACE })), server);
    assert.match(found.map((one) => one.hint).join(), hint);
  });
}
