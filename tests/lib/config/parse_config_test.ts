import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { ContainerConfig } from "../../../lib/config/types.ts";
import {
  configOf,
  errorsOf,
  type Surroundings,
  warningsOf,
  webErrorsOf,
  webOf,
} from "./config_of.ts";

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url), "utf8");
}

const SECRETS: Surroundings = { secrets: { DATABASE_URL: "pg://", POSTGRES_PASSWORD: "pw" } };
const CONTAINER = { ports: [], volumes: [], environment: {}, secrets: {} };
const HEALTH = {
  path: "/up",
  explicit: false,
  intervalMs: 30_000,
  timeoutMs: 5_000,
  retries: 3,
  startPeriodMs: 0,
};
const PROXY = { hosts: [], path: "/", ssl: false, sslRedirect: false, forwardHeaders: false };
const DEPLOY = {
  drainTimeoutMs: 120_000,
  upgradeDrainTimeoutMs: 10_000,
  stopTimeoutMs: 30_000,
  watchMs: 3_000,
  watchMinFailures: 5,
  watchMinShare: 0.2,
  healthTimeoutMs: 10_000,
  strategy: "blue-green",
  sharedVolumes: false,
  retain: 3,
};

test("parseConfig() gives every default, when the file is the PRD's own (shape D)", () => {
  assert.deepEqual(configOf(fixture("shape_d.yml"), { folderName: "My Shop" }), {
    file: "/projects/shop/luma.yml",
    name: "my-shop",
    servers: [{ kind: "local", name: "local" }],
    proxy: { httpPort: 80, httpsPort: 443 },
    apps: [{
      ...CONTAINER,
      name: "blog",
      image: "my-blog",
      servers: ["local"],
      replicas: 1,
      healthCheck: HEALTH,
      proxy: { ...PROXY, hosts: ["blog.com"], appPort: 3000 },
      deploy: DEPLOY,
    }],
    services: [],
    warnings: [],
    unsupported: [],
  });
});

test("parseConfig() reads apps and services with builds and secrets (shape A)", () => {
  const config = configOf(fixture("shape_a.yml"), SECRETS);
  const [web] = config.apps;
  const [db] = config.services;
  assert.deepEqual(
    config.servers,
    ["10.0.0.5", "10.0.0.6"].map((host) => (
      { kind: "ssh", name: host, host, user: "luma" }
    )),
  );
  assert.deepEqual({ ...web, secrets: revealed(web) }, {
    ...CONTAINER,
    name: "web",
    image: "acme/shop-web",
    build: {
      context: ".",
      dockerfile: "Dockerfile",
      args: { MODE: "prod" },
      platform: "linux/amd64",
    },
    servers: ["10.0.0.5", "10.0.0.6"],
    environment: { PORT: "3000" },
    secrets: { DATABASE_URL: "pg://" },
    replicas: 2,
    healthCheck: { ...HEALTH, explicit: true, startPeriodMs: 10_000 },
    proxy: { ...PROXY, hosts: ["shop.example.com"], appPort: 3000, ssl: true, sslRedirect: true },
    deploy: { ...DEPLOY, healthTimeoutMs: 20_000 },
  });
  assert.deepEqual({ ...db, secrets: revealed(db) }, {
    name: "db",
    image: "postgres:17",
    servers: ["10.0.0.5"],
    ports: [{ hostPort: 5432, containerPort: 5432, protocol: "tcp" }],
    volumes: [{
      kind: "relative",
      source: "pgdata",
      path: "/var/lib/postgresql/data",
      readOnly: false,
    }],
    environment: { POSTGRES_USER: "p" },
    secrets: { POSTGRES_PASSWORD: "pw" },
    deploy: { stopTimeoutMs: 30_000, healthTimeoutMs: 60_000 },
  });
});

function revealed(container: ContainerConfig | undefined): Record<string, string> {
  const secrets = Object.entries(container?.secrets ?? {});
  return Object.fromEntries(secrets.map(([name, secret]) => [name, secret.reveal()]));
}

test("parseConfig() reads an app that is built, with arguments by name (shape B)", () => {
  const config = configOf(fixture("shape_b.yml"));
  const [web] = config.apps;
  assert.deepEqual(config.servers, [{
    kind: "ssh",
    name: "10.0.0.5",
    host: "10.0.0.5",
    user: "luma",
    port: 22,
    keyFile: "/home/ann/.ssh/id_ed25519",
  }]);
  assert.deepEqual(web?.build, { context: ".", dockerfile: "Dockerfile", args: { MODE: "prod" } });
  assert.equal(web?.image, undefined);
  assert.equal(web?.healthCheck.path, "/api/health");
  assert.deepEqual(web?.proxy, { ...PROXY, appPort: 3000 });
});

test("parseConfig() reads lists of entries with names (shape C)", () => {
  const config = configOf(fixture("shape_c.yml"));
  const [web] = config.apps;
  assert.equal(web?.name, "web");
  assert.match(web?.image ?? "", /^[a-z.]+\/acme\/web:1$/);
  assert.deepEqual(config.services.map(({ name }) => name), ["db"]);
  assert.deepEqual(config.services[0]?.command, ["postgres", "-c", "max_connections=200"]);
});

for (const [shape, surroundings] of [["a", SECRETS], ["b", {}], ["c", {}], ["d", {}]] as const) {
  test(`parseConfig() finds no error in shape ${shape.toUpperCase()}`, () => {
    assert.equal(errorsOf(fixture(`shape_${shape}.yml`), surroundings), "");
  });
}

test("parseConfig() lists every problem at once, in the order of the file", () => {
  assert.equal(errorsOf(fixture("broken.yml")), fixture("broken.txt").trimEnd());
});

for (
  const [keys, path, value] of [
    ["replicas: 4", "replicas", 4],
    ['replicas: "4"', "replicas", 4],
    ["memory: 512m", "memoryBytes", 536_870_912],
    ["cpus: 1.5", "cpus", 1.5],
    [
      'ports: ["80", 9090]',
      "ports",
      [80, 9090].map((containerPort) => ({ containerPort, protocol: "tcp" })),
    ],
    ["command: sh -c 'a b'", "command", ["sh", "-c", "a b"]],
    ["command: [sleep, 30, '']", "command", ["sleep", "30", ""]],
    ["proxy:", "proxy", PROXY],
    ["proxy: { path: /api/ }", "proxy", { ...PROXY, path: "/api" }],
    ["proxy: { forward_headers: true }", "proxy", { ...PROXY, forwardHeaders: true }],
    ["proxy: { response_timeout: 30s }", "proxy", { ...PROXY, responseTimeoutMs: 30_000 }],
    ["proxy: { response_timeout: 0 }", "proxy", PROXY],
    ["proxy: { max_body_size: 10m }", "proxy", { ...PROXY, maxBodyBytes: 10_485_760 }],
    ["proxy: { max_body_size: 500 }", "proxy", { ...PROXY, maxBodyBytes: 500 }],
    ["proxy: { max_body_size: 0 }", "proxy", PROXY],
    ["proxy: { ssl: true, ssl_redirect: false }", "proxy", { ...PROXY, ssl: true }],
    ["health_check: {}", "healthCheck", { ...HEALTH, explicit: true }],
    ["healthcheck: { http_path: /x }", "healthCheck", { ...HEALTH, explicit: true, path: "/x" }],
    ["health_check: { endpoint: /x }", "healthCheck", { ...HEALTH, explicit: true, path: "/x" }],
    ["health_check: { port: 81, interval: 10, timeout: 2s, retries: 5 }", "healthCheck", {
      ...HEALTH,
      explicit: true,
      port: 81,
      intervalMs: 10_000,
      timeoutMs: 2_000,
      retries: 5,
    }],
    ["health_check: { command: [curl, x] }", "healthCheck", { ...HEALTH, command: ["curl", "x"] }],
    ["health_check: { command: curl x || exit 1 }", "healthCheck", {
      ...HEALTH,
      command: ["sh", "-c", "curl x || exit 1"],
    }],
    ["health_check: { command: [a], path: /x }", "healthCheck", {
      ...HEALTH,
      explicit: true,
      path: "/x",
      command: ["a"],
    }],
    ["health_check: { start_period: 1m }", "deploy", { ...DEPLOY, healthTimeoutMs: 70_000 }],
    ["deploy: { drain_timeout: 1m30s, upgrade_drain_timeout: 5 }", "deploy", {
      ...DEPLOY,
      drainTimeoutMs: 90_000,
      upgradeDrainTimeoutMs: 5_000,
    }],
    ["deploy: { stop_timeout: 0, watch: 0s, health_timeout: 90s }", "deploy", {
      ...DEPLOY,
      stopTimeoutMs: 0,
      watchMs: 0,
      healthTimeoutMs: 90_000,
    }],
    ["deploy: { watch_min_failures: 1, watch_min_share: 5%, retain: 9 }", "deploy", {
      ...DEPLOY,
      watchMinFailures: 1,
      watchMinShare: 0.05,
      retain: 9,
    }],
    ["deploy: { strategy: in-place, shared_volumes: true }", "deploy", {
      ...DEPLOY,
      strategy: "in-place",
      sharedVolumes: true,
    }],
    ['volumes: ["data:/data:ro"]', "volumes", [
      { kind: "named", source: "data", path: "/data", readOnly: true },
    ]],
    ["build: { target: prod, args: { A: 1.10, B: true } }", "build", {
      context: ".",
      dockerfile: "Dockerfile",
      args: { A: "1.10", B: "true" },
      target: "prod",
    }],
  ] as const
) {
  test(`parseConfig() reads ${keys}`, () => {
    assert.deepEqual(webOf(keys)[path], value);
  });
}

test("parseConfig() reads the ports and the image of luma-proxy", () => {
  const config = configOf(
    "proxy: { http_port: 8080, https_port: 8443, image: acme/proxy:2 }\napps: { a: { image: a } }\n",
  );
  assert.deepEqual(config.proxy, { image: "acme/proxy:2", httpPort: 8080, httpsPort: 8443 });
});

test("parseConfig() reads the limits, the log and the metrics of luma-proxy", () => {
  const limits = "max_connections: 100, max_client_connections: 10, max_header_size: 64k";
  const times = "header_timeout: 1s, body_timeout: 2s, idle_timeout: 3s";
  const config = configOf(
    `proxy: { ${limits}, ${times}, access_log: true, metrics_port: 9100 }\napps: { a: { image: a } }\n`,
  );
  assert.deepEqual(config.proxy.settings, {
    maxConnections: 100,
    maxClientConnections: 10,
    maxHeaderBytes: 65_536,
    headerTimeoutMs: 1_000,
    bodyTimeoutMs: 2_000,
    idleTimeoutMs: 3_000,
    accessLog: true,
    metricsPort: 9_100,
  });
});

test("parseConfig() takes anchors, merges, and keys that begin with x-", () => {
  const config = configOf(
    "x-web: &web { image: acme/web:1, replicas: 3 }\napps:\n  a: { <<: *web, proxy: { path: /a } }\n" +
      "  b: { <<: *web, replicas: 1 }\n",
  );
  assert.deepEqual(config.apps.map(({ name, replicas }) => [name, replicas]), [["a", 3], ["b", 1]]);
});

test("parseConfig() takes writable volumes and host ports, where two colors do not meet", () => {
  assert.equal(webErrorsOf('volumes: ["data:/d"]\ndeploy: { shared_volumes: true }'), "");
  assert.equal(
    webErrorsOf('volumes: ["data:/d"]\nports: ["80:80"]\ndeploy: { strategy: in-place }'),
    "",
  );
  assert.equal(
    errorsOf('services: { db: { image: x, volumes: ["data:/d"], ports: ["80:80"] } }'),
    "",
  );
});

test("parseConfig() lets apps share a host on other paths, and on other servers", () => {
  const app = (name: string, server: string, proxy: string) =>
    `  ${name}: { image: x, server: ${server}, proxy: ${proxy} }\n`;
  const text =
    `apps:\n${app("a", "s1", "{ hosts: [x.com] }")}${
      app("b", "s1", "{ hosts: [x.com], path: /b }")
    }` +
    `${app("c", "s2", "{ hosts: [x.com] }")}${app("d", "s1", "{}")}${app("e", "s2", "{}")}`;
  assert.equal(errorsOf(text), "");
});

test("parseConfig() warns of what does less than it says, and of keys without meaning", () => {
  const text =
    "proxy_options: { lets_encrypt_email: a@b.c }\nservices: { db: { image: postgres:17 } }\n" +
    "apps:\n  a: { image: x, build: {}, proxy: { ssl: true } }\n" +
    "  b: { image: x, proxy: { hosts: [b.com], ssl_redirect: true } }\n";
  assert.deepEqual(warningsOf(text), [
    "luma.yml:1:1 proxy_options: has no meaning any more\n  fix: remove it",
    "luma.yml:4:43 apps.a.proxy.ssl: serves plain HTTP, without a redirect, in this version",
    "luma.yml:5:57 apps.b.proxy.ssl_redirect: redirects nothing: ssl is not on\n" +
    "  fix: remove it, or write ssl: true",
  ]);
});
