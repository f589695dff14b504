import assert from "node:assert/strict";
import { test } from "node:test";
import { errorsOf, webErrorsOf } from "./config_of.ts";

/** Each row: a whole luma.yml, and all errors that it has. */
const FILES: readonly (readonly [string, string, string])[] = [
  [
    "an empty file",
    "",
    "luma.yml:1:1: the file is empty\n" +
    "  fix: write apps: { blog: { image: my-blog, proxy: { hosts: [blog.com], app_port: 3000 } } }",
  ],
  [
    "a file that is a text",
    "apps:web\n",
    "luma.yml:1:1: expected a map, got a text\n" +
    "  fix: write apps: { blog: { image: my-blog, proxy: { hosts: [blog.com], app_port: 3000 } } }",
  ],
  [
    "a file without apps and services",
    "name: shop\napps:\n",
    "luma.yml:1:1: there are neither apps nor services\n" +
    "  fix: write apps: { blog: { image: my-blog, proxy: { hosts: [blog.com] } } }",
  ],
  [
    "a key of an app at the top",
    "replicas: 2\napps: { a: { image: x } }\n",
    "luma.yml:1:1 replicas: this key does not belong here\n" +
    "  fix: write it in an app: apps: { web: { replicas: … } }",
  ],
  [
    "a key of apps on a service",
    "services:\n  db: { image: x, replicas: 2 }\n",
    "luma.yml:2:19 services.db.replicas: this key does not belong here\n" +
    "  fix: only apps have replicas: remove it, or make db an app",
  ],
  [
    "a key that every object has",
    "constructor: 1\napps: { a: { image: x, toString: 1 } }\n",
    "luma.yml:1:1 constructor: unknown key\n" +
    "  fix: known here: name, ssh, servers, docker, proxy, apps, services\n" +
    "luma.yml:2:24 apps.a.toString: unknown key\n" +
    "  fix: known here: image, build, servers, server, ports, volumes, environment, registry, " +
    "command, memory, cpus, replicas, health_check, proxy, deploy",
  ],
  [
    "an app without image and build",
    "apps:\n  web:\n    replicas: 2\n",
    "luma.yml:2:3 apps.web: neither image nor build is there\n  fix: write image: acme/web:1",
  ],
  [
    "an app that is a text",
    "apps:\n  web: acme/web\n",
    'luma.yml:2:8 apps.web: expected a map, got "acme/web"\n  fix: write web: { image: acme/web:1 }',
  ],
  [
    "apps that are a text",
    "apps: web\n",
    'luma.yml:1:7 apps: expected a map, got "web"\n  fix: write apps: { web: { image: acme/web:1 } }',
  ],
  [
    "an app called like a service",
    "apps: { db: { image: x } }\nservices: { db: { image: y } }\n",
    'luma.yml:2:13 services.db: an app and a service are both called "db"\n' +
    "  fix: choose another name for the service",
  ],
  [
    "a service called like a container of an app",
    "apps: { web: { image: x } }\nservices: { web-blue-1: { image: y }, db-green: { image: y } }\n",
    'luma.yml:2:13 services.web-blue-1: "web-blue-1" is what luma calls a container of the app "web"\n' +
    "  fix: choose another name for the service",
  ],
  [
    "a service called like an alias of an app",
    "apps: { web: { image: x } }\nservices: { web-temp: { image: y }, db-temp: { image: y } }\n",
    'luma.yml:2:13 services.web-temp: "web-temp" is what luma calls a container of the app "web"\n' +
    "  fix: choose another name for the service",
  ],
  [
    "a time that only an app has",
    "services:\n  db: { image: x, deploy: { watch: 3s } }\n",
    "luma.yml:2:29 services.db.deploy.watch: this key does not belong here\n" +
    "  fix: only apps have watch: remove it",
  ],
  [
    "entries of a list without, with a bad, and with the same name",
    "apps:\n  - { image: x }\n  - { name: Web, image: x }\n  - { name: a, image: x }\n" +
    "  - { name: a, image: x }\n  - a\n",
    "luma.yml:2:5 apps[0]: name is missing\n  fix: write - name: web\n" +
    "luma.yml:3:13 apps[1].name: expected a name of lower-case letters and digits, with - or _ only " +
    'between them, got "Web"\n  fix: write web\n' +
    'luma.yml:5:13 apps[3].name: the name "a" is there twice\n  fix: choose another name\n' +
    'luma.yml:6:5 apps[4]: expected a map, got "a"\n  fix: write - name: web, with its keys below it',
  ],
  [
    "a name within an entry of a map",
    "apps: { web: { name: web, image: x } }\n",
    "luma.yml:1:16 apps.web.name: this key does not belong here\n" +
    "  fix: remove it: the key above is the name",
  ],
  [
    "a project whose network sorts before the proxy's",
    "name: 0-a\napps: { a: { image: x } }\n",
    'luma.yml:1:7 name: the network "0-a-network" would sort before "0-luma-ingress", and connecting ' +
    "it would cut the connections of every project on the server\n" +
    '  fix: write "project-0-a"',
  ],
  [
    "a project with a name that is too long",
    `name: ${"x".repeat(56)}\napps: { a: { image: x } }\n`,
    "luma.yml:1:7 name: expected a name of at most 55 characters, got 56\n" +
    `  fix: write ${"x".repeat(55)}`,
  ],
  [
    "two apps that claim one host and path",
    "apps:\n  a: { image: x, proxy: { hosts: [x.com, y.com] } }\n" +
    "  b: { image: x, proxy: { hosts: [Y.com] } }\n",
    'luma.yml:3:27 apps.b.proxy.hosts: the app "a" already serves y.com\n' +
    "  fix: give one of them another host, or another path",
  ],
  [
    "two apps that claim every other host",
    "apps:\n  a: { image: x, proxy: { path: /a } }\n  b: { image: x, proxy: { path: /a/ } }\n",
    'luma.yml:3:18 apps.b.proxy: the app "a" already serves every other host below /a\n' +
    '  fix: write proxy: { hosts: ["b.example.com"] }',
  ],
  [
    "a host twice in one app",
    "apps: { a: { image: x, proxy: { hosts: [x.com, X.com] } } }\n",
    "luma.yml:1:33 apps.a.proxy.hosts: the host x.com is there twice\n  fix: keep one of them",
  ],
  [
    "one port for both of the proxy's",
    "proxy: { http_port: 443 }\napps: { a: { image: x } }\n",
    "luma.yml:1:1 proxy: http_port and https_port are both 443\n" +
    "  fix: choose another port for one of them",
  ],
  [
    "metrics on a port of apps",
    "proxy: { metrics_port: 443 }\napps: { a: { image: x } }\n",
    "luma.yml:1:24 proxy.metrics_port: 443 is a port of apps\n  fix: write 9100",
  ],
  [
    "a head of no size",
    "proxy: { max_header_size: 10 }\napps: { a: { image: x } }\n",
    'luma.yml:1:27 proxy.max_header_size: expected a size from 1k to 1m, got "10"',
  ],
  [
    "a password in the file",
    "docker: { username: acme, password: hunter2 }\napps: { a: { image: x } }\n",
    "luma.yml:1:27 docker.password: this key does not belong here\n" +
    "  fix: add a line DOCKER_REGISTRY_PASSWORD=… to .luma/secrets",
  ],
  [
    "a syntax error",
    "apps:\n\ta: 1\n",
    "luma.yml:2:1: a tab is used as indentation\n  fix: use spaces",
  ],
];

for (const [what, text, errors] of FILES) {
  test(`parseConfig() refuses ${what}`, () => assert.equal(errorsOf(text), errors));
}

/** Each row: keys of the app `web`, and its errors without their places. */
const APPS: readonly (readonly [string, string])[] = [
  ["image: other", "image: this key is there twice; the first is in line 3"],
  [
    "healthcheck: {}\nhealth_check: {}",
    "health_check: the same as health_check, which is there too",
  ],
  ["app_port: 3000", "app_port: this key does not belong here"],
  ["env: {}", 'env: unknown key, did you mean "environment"?'],
  ["replicas: 0", "replicas: expected a whole number of 1 or more, got 0"],
  ["replicas: 1.5", "replicas: expected a whole number of 1 or more, got 1.5"],
  ["replicas:", "replicas: expected a whole number of 1 or more, got nothing"],
  ["replicas: [1]", "replicas: expected a whole number of 1 or more, got a list"],
  ["memory: 1x", 'memory: expected a size such as 512m or 1.5g, got "1x"'],
  ["memory: 1m", 'memory: expected a size of 6m or more, which is what Docker takes, got "1m"'],
  ["cpus: 0", 'cpus: expected a number of CPUs of 0.01 or more, got "0"'],
  ["cpus: true", "cpus: expected a text, got true"],
  ["command: sh -c 'a", "command: a quote is not closed, or a backslash ends the text"],
  ["command: []", "command: expected a command, got an empty list"],
  ["command: [[a]]", "command[0]: expected a text, got a list"],
  ['command: ["a\\0b"]', "command[0]: expected a text without NUL, which no program can be given"],
  ["ports: 80", "ports: expected a list, got 80"],
  [
    "ports: [eighty]",
    'ports[0]: expected a port such as "80", "53:53/udp" or "127.0.0.1:8080:80", got "eighty"',
  ],
  [
    "volumes: [/data]",
    'volumes[0]: expected a volume such as data:/data or ./data:/data:ro, got "/data"',
  ],
  ["volumes: [aa:/x:ro, bb:/x/:ro, bb:/x:ro]", "volumes[2]: a second volume at /x"],
  ["build: .", 'build: expected a map, got "."'],
  ["build: { args: [MODE] }", "build.args[0]: the build argument MODE has no value"],
  [
    'build: { target: "a\\nb" }',
    "build.target: expected a text of one line, got one with line breaks or control characters",
  ],
  [
    "proxy: { app_port: 65536 }",
    "proxy.app_port: expected a whole number from 1 to 65535, got 65536",
  ],
  ["proxy: { hosts: blog.com }", 'proxy.hosts: expected a list, got "blog.com"'],
  [
    "proxy: { hosts: [blog.com:80] }",
    'proxy.hosts[0]: expected a host name alone, without scheme, port or path, got "blog.com:80"',
  ],
  ["proxy: { path: api }", 'proxy.path: expected a path that begins with /, got "api"'],
  ["proxy: { ssl: 1 }", "proxy.ssl: expected true or false, got 1"],
  [
    "proxy: { response_timeout: soon }",
    'proxy.response_timeout: expected a duration such as 30s, 1m30s or 500ms, got "soon"',
  ],
  [
    "proxy: { max_body_size: big }",
    'proxy.max_body_size: expected a size such as 512m or 1.5g, got "big"',
  ],
  ["health_check: { path: up }", 'health_check.path: expected a path that begins with /, got "up"'],
  [
    "health_check: { timeout: 0 }",
    "health_check.timeout: expected a duration of 1 ms or more, got 0 ms",
  ],
  [
    "health_check: { retries: 0 }",
    "health_check.retries: expected a whole number of 1 or more, got 0",
  ],
  [
    "deploy: { strategy: rolling }",
    'deploy.strategy: expected blue-green or in-place, got "rolling"',
  ],
  [
    "deploy: { watch_min_share: 0.2 }",
    "deploy.watch_min_share: expected a percentage, got 0.2, which may be 20% or 0.2%",
  ],
  [
    "deploy: { watch_min_share: 200% }",
    'deploy.watch_min_share: expected a percentage from 0 to 100, got "200%"',
  ],
  ["deploy: { retain: 0 }", "deploy.retain: expected a whole number of 1 or more, got 0"],
  [
    "deploy: { drain_timeout: -1s }",
    'deploy.drain_timeout: expected a duration such as 30s, 1m30s or 500ms, got "-1s"',
  ],
  [
    "deploy: { drian_timeout: 1s }",
    'deploy.drian_timeout: unknown key, did you mean "drain_timeout"?',
  ],
  ["registry: registry.example.com", 'registry: expected a map, got "registry.example.com"'],
  ["registry: { username: a }", "registry: password_secret is missing"],
  ["registry: { username: a, password: b }", "registry.password: this key does not belong here"],
  [
    "registry: { username: a, password_secret: TOKEN }",
    "registry.password_secret: the secret TOKEN has no value",
  ],
];

for (const [keys, error] of APPS) {
  test(`parseConfig() refuses an app with ${JSON.stringify(keys)}`, () => {
    const lines = webErrorsOf(keys).split("\n").filter((line) => line.startsWith("luma.yml"));
    const messages = lines.map((line) => line.replace(/^\S+ apps\.web\./, ""));
    assert.ok(messages.includes(error), messages.join("\n"));
  });
}

test("parseConfig() prints the proxy to write, when an app publishes a port on the server", () => {
  assert.equal(
    webErrorsOf('ports: ["127.0.0.1:8080:3000", "9090"]'),
    "luma.yml:4:5 apps.web.ports: two colors cannot both publish 127.0.0.1:8080:3000 on the server\n" +
      '  fix: instead of ports, write proxy: { hosts: ["web.example.com"], app_port: 3000 }; ' +
      "or add deploy: { strategy: in-place }, which stops the app for a moment",
  );
});

test("parseConfig() prints no proxy, when the port on the server is UDP", () => {
  assert.match(webErrorsOf('ports: ["53:53/udp"]'), /fix: write deploy: \{ strategy: in-place \}/);
});

test("parseConfig() allows ports of the server and writable volumes in place, for one replica", () => {
  const inPlace = 'ports: ["80:80"]\nvolumes: ["data:/a"]\ndeploy: { strategy: in-place }\n';
  assert.equal(webErrorsOf(inPlace), "");
  assert.match(
    webErrorsOf(`${inPlace}replicas: 2\n`),
    /apps\.web\.ports: 2 replicas cannot all publish 80:80 on the server\n {2}fix: write replicas: 1/,
  );
});

test("parseConfig() refuses each writable volume of an app, and no other", () => {
  const errors = webErrorsOf('volumes: ["data:/a", "data:/b:ro", "./files:/c/"]');
  assert.deepEqual(errors.match(/volumes\[\d\]: .*/g), [
    "volumes[0]: two colors would write to data at the same time",
    "volumes[2]: two colors would write to files at the same time",
  ]);
});
