/**
 * Docker's JSON of several engines as values.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContainers } from "../../../lib/docker/parse_container.ts";
import { parseImage, parseImageList } from "../../../lib/docker/parse_image.ts";
import { parseDockerInfo, parseExit } from "../../../lib/docker/parse_info.ts";
import { parseNetworks } from "../../../lib/docker/parse_network.ts";
import { formatSince, parseDockerTime } from "../../../lib/docker/parse_time.ts";

const ID = "6b7d44946c97860ebf0f8d5188e0c550206a67ff878e33f298a0c87bd710c92e";

const RUNNING = {
  Id: ID,
  Created: "2026-11-22T07:41:25.226417189Z",
  State: {
    Status: "running",
    Running: true,
    OOMKilled: false,
    ExitCode: 0,
    Error: "",
    StartedAt: "2026-11-22T07:41:25.785Z",
    FinishedAt: "0001-01-01T00:00:00Z",
    Health: { Status: "healthy" },
  },
  Image: "sha256:35f2",
  Name: "/blog-green",
  HostConfig: {
    NetworkMode: "shop-network",
    RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
    Memory: 536870912,
    PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }], "81/tcp": null },
  },
  Config: {
    Image: "blog:1",
    Labels: { "luma.app": "blog" },
    Healthcheck: { Interval: 5_000_000_000 },
  },
  NetworkSettings: {
    Networks: {
      "shop-network": {
        IPAMConfig: { IPv4Address: "172.18.0.5" },
        Aliases: ["blog", ID.slice(0, 12)],
        IPAddress: "172.18.0.5",
      },
      other: { IPAMConfig: null, Aliases: null, IPAddress: "" },
    },
  },
};

test("parseContainers() reads a container that runs", () => {
  assert.deepEqual(parseContainers(JSON.stringify([RUNNING])), [{
    id: ID,
    name: "blog-green",
    imageId: "sha256:35f2",
    imageRef: "blog:1",
    labels: { "luma.app": "blog" },
    status: "running",
    exitCode: 0,
    oomKilled: false,
    error: "",
    createdAtMs: Date.UTC(2026, 10, 22, 7, 41, 25, 226),
    startedAtMs: Date.UTC(2026, 10, 22, 7, 41, 25, 785),
    restartPolicy: "unless-stopped",
    health: "healthy",
    healthCheckIntervalMs: 5_000,
    networks: {
      "shop-network": {
        address: "172.18.0.5",
        configuredAddress: "172.18.0.5",
        aliases: ["blog"],
      },
      other: { aliases: [] },
    },
    networkMode: "shop-network",
    publishedPorts: [
      { hostAddress: "127.0.0.1", hostPort: 8080, containerPort: 80, protocol: "tcp" },
    ],
    memoryLimitBytes: 536870912,
  }]);
});

test("parseContainers() reads Docker's volumes, and tells those that nobody named", () => {
  const hex = "a1".repeat(32);
  const Mounts = [
    { Type: "volume", Name: "data", Destination: "/data" },
    { Type: "volume", Name: hex, Destination: "/var/lib/postgresql/data" },
    { Type: "bind", Source: "/srv", Destination: "/srv" },
    { Type: "tmpfs", Destination: "/tmp" },
  ];
  const [found] = parseContainers(JSON.stringify([{ ...RUNNING, Mounts, RestartCount: 3 }]));
  assert.deepEqual(found?.volumes, [
    { name: "data", path: "/data", anonymous: false },
    { name: hex, path: "/var/lib/postgresql/data", anonymous: true },
  ]);
  assert.equal(found?.restarts, 3);
});

test("parseContainers() gives empty values, when an engine leaves fields out", () => {
  assert.deepEqual(parseContainers('[{"Id":"a","State":{"StartedAt":"0001-01-01T00:00:00Z"}}]'), [{
    ...{ id: "a", name: "", imageId: "", imageRef: "", labels: {}, status: "exited" },
    ...{ exitCode: 0, oomKilled: false, error: "", createdAtMs: 0, restartPolicy: "no" },
    ...{ networks: {}, networkMode: "", publishedPorts: [] },
  }]);
  assert.deepEqual(parseContainers(""), []);
  assert.deepEqual(parseContainers("[]\n"), []);
});

test("parseImage() reads an image", () => {
  const json = JSON.stringify([{
    Id: "sha256:1",
    RepoTags: ["blog:1", "<none>:<none>"],
    RepoDigests: ["blog@sha256:2"],
    Architecture: "arm64",
    Os: "linux",
    Size: 123,
    Config: {
      ExposedPorts: { "3000/tcp": {}, "53/udp": {} },
      Healthcheck: { Test: ["CMD", "true"] },
      Labels: { a: "b" },
    },
    RootFS: { Type: "layers", Layers: ["sha256:l1", "sha256:l2"] },
    Created: "2026-01-31T12:00:00.5Z",
    Metadata: { LastTagTime: "2026-01-31T12:00:01Z" },
  }]);
  assert.deepEqual(parseImage(json), {
    ...{ id: "sha256:1", tags: ["blog:1"], digests: ["blog@sha256:2"], architecture: "arm64" },
    ...{
      os: "linux",
      sizeBytes: 123,
      hasHealthCheck: true,
      healthCheckIntervalMs: 30_000,
      labels: { a: "b" },
      layers: ["sha256:l1", "sha256:l2"],
      taggedAtMs: Date.UTC(2026, 0, 31, 12, 0, 1),
    },
    exposedPorts: [{ port: 3000, protocol: "tcp" }, { port: 53, protocol: "udp" }],
  });
});

test("parseImage() sees no health check, when there is none or it is switched off", () => {
  const read = (Config: unknown) => parseImage(JSON.stringify([{ Config }]))?.hasHealthCheck;
  assert.equal(read({ Healthcheck: { Test: ["NONE"] } }), false);
  assert.equal(read(null), false);
  assert.equal(parseImage("[]"), undefined);
});

test("parseImageList() gives whole references, without images that have no tag", () => {
  const lines = [
    '{"ID":"sha256:1","Repository":"luma/shop-web","Tag":"20260101"}',
    '{"ID":"sha256:2","Repository":"luma/shop-web","Tag":"<none>"}',
    "",
  ];
  assert.deepEqual(parseImageList(lines.join("\n")), [
    { id: "sha256:1", tag: "luma/shop-web:20260101" },
  ]);
});

test("parseNetworks() reads the first IPv4 subnet and who is attached", () => {
  const json = JSON.stringify([{
    ...{ Name: "n", Id: "1", Driver: "bridge", Labels: { a: "b" } },
    IPAM: {
      Config: [
        { Subnet: "fd00::/64" },
        { Subnet: "10.0.0.0/24", IPRange: "10.0.0.128/25", Gateway: "10.0.0.1/24" },
      ],
    },
    Containers: { c1: { Name: "blog", IPv4Address: "10.0.0.5/24" } },
  }]);
  assert.deepEqual(parseNetworks(json), [{
    ...{ id: "1", name: "n", driver: "bridge", labels: { a: "b" } },
    ...{ subnet: "10.0.0.0/24", ipRange: "10.0.0.128/25", gateway: "10.0.0.1" },
    attached: [{ id: "c1", name: "blog", address: "10.0.0.5" }],
  }]);
});

test("parseNetworks() leaves out what a network does not have", () => {
  const json =
    '[{"Name":"host","Id":"1","Driver":"host","IPAM":{"Config":null},"Containers":null}]';
  assert.deepEqual(parseNetworks(json), [
    { id: "1", name: "host", driver: "host", labels: {}, attached: [] },
  ]);
});

test("parseDockerInfo() reads version and machine", () => {
  const version = '{"Version":"20.10.24","ApiVersion":"1.41","Arch":"arm64","Os":"linux"}';
  const info = '{"NCPU":2,"MemTotal":4096,"DockerRootDir":"/d","Architecture":"aarch64"}';
  const rest = { cpus: 2, memoryBytes: 4096, rootDir: "/d" };
  assert.deepEqual(parseDockerInfo(`${version}\n${info}\n`), {
    ...{ version: "20.10.24", apiVersion: "1.41", architecture: "arm64", os: "linux" },
    ...rest,
  });
  assert.equal(parseDockerInfo(`{}\n${info}\n`).architecture, "arm64");
});

test("parseExit() reads a line of docker events", () => {
  const line = JSON.stringify({
    ...{ status: "die", Type: "container", Action: "die" },
    Actor: { ID: ID, Attributes: { exitCode: "137", name: "blog-green" } },
  });
  assert.deepEqual(parseExit(line), { name: "blog-green", exitCode: 137 });
});

test("parseDockerTime() reads nanoseconds and zones, and zero time as never", () => {
  const expected = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  assert.equal(parseDockerTime("2026-01-02T03:04:05.678999999Z"), expected);
  assert.equal(parseDockerTime("2026-01-02T04:04:05.678+01:00"), expected);
  assert.equal(parseDockerTime("2026-01-02T03:04:05Z"), expected - 678);
  assert.equal(parseDockerTime("0001-01-01T00:00:00Z"), undefined);
  assert.equal(parseDockerTime(""), undefined);
});

test("formatSince() gives seconds", () => {
  assert.equal(formatSince(1700000000123.4), "1700000000.123");
});
