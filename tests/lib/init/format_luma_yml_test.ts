import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectFolder } from "../../../lib/init/project_folder.ts";
import { formatLumaYml } from "../../../lib/init/format_luma_yml.ts";
import { findSettings, settle, type Wishes } from "../../../lib/init/settings.ts";
import { configOf, warningsOf } from "../config/config_of.ts";
import { folderOf } from "./folder_of.ts";

const COMPOSE = "services: { db: { image: 'postgres:17', volumes: ['d:/d'], " +
  "environment: { POSTGRES_USER: 'a b', POSTGRES_PASSWORD: x } } }";

const FOLDERS: Readonly<Record<string, ProjectFolder>> = {
  "a Dockerfile": folderOf({ Dockerfile: "FROM a\nENV PORT=8080\nHEALTHCHECK CMD curl localhost" }),
  "a Dockerfile that says nothing": folderOf({ Dockerfile: "FROM a\n" }),
  "a Dockerfile with two ports": folderOf({ Dockerfile: "FROM a\nEXPOSE 9229 8080\n" }),
  Bun: folderOf({ "package.json": "{}", "index.ts": "'/up'" }, ["bun.lock"]),
  Deno: folderOf({ "deno.json": "{}", "main.ts": "" }),
  "Node.js": folderOf({ "package.json": "{}", "server.js": "" }),
  Go: folderOf({ "go.mod": "", "main.go": '"/healthz"' }),
  nothing: folderOf({}),
  Compose: folderOf({ Dockerfile: "FROM a", "compose.yaml": COMPOSE }),
};

const WISHES: readonly Wishes[] = [
  {},
  { server: "luma@203.0.113.5:2222", host: "*.example.com", port: 1234, name: "shop" },
  { server: "::1", host: "example.com" },
  { server: "[::1]:22", image: "registry.example.com:5000/acme/web:1.10@sha256:" + "a".repeat(32) },
  { name: "2048", image: "web" },
  { name: "on", host: "10.0.0.5" },
  { name: "db", server: "web1" },
  { name: "my-app-blue" },
];

function formatFor(folder: ProjectFolder, wishes: Wishes): string {
  return formatLumaYml(settle(folder.name, findSettings(folder), wishes));
}

/** What a person gets who takes every `#` away. */
function uncomment(text: string): string {
  return text.split("\n")
    .filter((line) => !/^# (?!servers:|services:| )/.test(line))
    .map((line) => line.replace(/^(\s*)# /, "$1")).join("\n");
}

for (const [kind, folder] of Object.entries(FOLDERS)) {
  test(`formatLumaYml() writes what loads without a problem for ${kind}, whatever is wished`, () => {
    for (const wishes of WISHES) {
      const text = formatFor(folder, wishes);
      const config = configOf(text);
      assert.deepEqual(warningsOf(text), [], text);
      const [app] = config.apps;
      assert.equal(config.name, wishes.name ?? "my-shop");
      assert.equal(app?.image, wishes.image);
      assert.deepEqual(app?.proxy?.hosts, wishes.host === undefined ? [] : [wishes.host]);
      assert.equal(config.servers[0]?.kind, wishes.server === undefined ? "local" : "ssh");
      assert.ok(text.split("\n").every((line) => line.length <= 110), text);
    }
  });

  test(`formatLumaYml() writes comments for ${kind} that load when their # is taken away`, () => {
    const secrets = { DATABASE_URL: "x", POSTGRES_PASSWORD: "x" };
    for (const wishes of WISHES) {
      const text = uncomment(formatFor(folder, wishes));
      const config = configOf(text, { secrets });
      assert.equal(config.apps[0]?.replicas, 2, text);
      assert.equal(config.servers[0]?.kind, "ssh");
      const hasServices = kind === "Compose" && wishes.name !== "db";
      assert.deepEqual(config.services.map(({ name }) => name), hasServices ? ["db"] : []);
    }
  });
}

test("formatLumaYml() is short, and has comments where a person will change something", () => {
  const folder = folderOf({ Dockerfile: "FROM a\nEXPOSE 3000", "server.js": "'/up'" });
  assert.equal(
    formatFor(folder, { server: "root@203.0.113.5", host: "shop.example.com" }),
    `# What luma deploys, and where. \`luma schema\` lists every key.
name: my-shop

servers: ["root@203.0.113.5"]

apps:
  my-shop:
    build: { context: . }             # the Dockerfile in this folder
    # replicas: 2                     # of them, side by side
    proxy:
      hosts: [shop.example.com]
      app_port: 3000
    health_check: { path: /up }       # has to answer 200 when the app can take requests
    # environment:
    #   plain: [LOG_LEVEL=info]
    #   secret: [DATABASE_URL]        # names of lines in .luma/secrets
`.replace('["root@203.0.113.5"]', "[root@203.0.113.5]"),
  );
});

test("formatLumaYml() takes the port of the image, and sets PORT where another is wished", () => {
  const folder = FOLDERS["a Dockerfile"] ?? folderOf({});
  const [found] = configOf(formatFor(folder, {})).apps;
  assert.deepEqual([found?.proxy?.appPort, found?.environment], [8080, {}]);
  const [wished] = configOf(formatFor(folder, { port: 9000 })).apps;
  assert.deepEqual([wished?.proxy?.appPort, wished?.environment], [9000, { PORT: "9000" }]);
  const [several] = configOf(formatFor(FOLDERS["a Dockerfile with two ports"] ?? folder, {})).apps;
  assert.equal(several?.proxy?.appPort, 8080);
});

test("formatLumaYml() asks for the path that the HEALTHCHECK asks for, else for one in the code", () => {
  const path = (texts: Readonly<Record<string, string>>) =>
    configOf(formatFor(folderOf(texts), {})).apps[0]?.healthCheck.path;
  const Dockerfile = "FROM a\nHEALTHCHECK CMD curl -f http://localhost:80/alive";
  assert.equal(path({ Dockerfile, "a.js": "'/up'" }), "/alive");
  assert.equal(path({ Dockerfile: "FROM a", "a.js": "'/up'" }), "/up");
  assert.equal(path({ Dockerfile: "FROM a" }), "/");
});
