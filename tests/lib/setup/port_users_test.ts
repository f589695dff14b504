import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePublisher } from "../../../lib/docker/probe_script.ts";
import { explainPortUsers, findPortUsers, parseListener } from "../../../lib/setup/port_users.ts";

const LINES = [
  'LISTEN 0 511 0.0.0.0:80    0.0.0.0:* users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))',
  'LISTEN 0 511 [::]:80       [::]:*    users:(("nginx",pid=12,fd=7),("nginx",pid=11,fd=7))',
  'LISTEN 0 128 0.0.0.0:8080  0.0.0.0:* users:(("docker-proxy",pid=99,fd=3))',
  "LISTEN 0 128 *:443         *:*",
  "",
];
const FACTS = {
  listeners: LINES.flatMap(parseListener),
  containers: [
    parsePublisher("traefik=0.0.0.0:8080->80/tcp, [::]:8080->80/tcp"),
    parsePublisher("stopped="),
  ],
};

function users(...ports: readonly number[]): readonly string[] {
  return findPortUsers(ports, FACTS).map(({ port, who }) => `${port}: ${who}`);
}

test("findPortUsers() names the program that has a port, each port once", () => {
  assert.deepEqual(users(80), ["80: nginx (process 12)"]);
  assert.deepEqual(users(22), []);
});

test("findPortUsers() names the container, not the program that Docker listens with for it", () => {
  assert.deepEqual(users(8080), ['8080: the container "traefik"']);
});

test("findPortUsers() says that only root can name a program that it is not told of", () => {
  assert.deepEqual(users(443), ["443: a program that only root can name"]);
});

test("parsePublisher() reads ranges, and ports that are not published", () => {
  assert.deepEqual(parsePublisher("a=3000/tcp, 0.0.0.0:8000-8002->9000-9002/tcp, :::53->53/udp"), {
    container: "a",
    ports: [8000, 8001, 8002, 53],
  });
});

test("explainPortUsers() says what to stop, or which ports to choose", () => {
  const { reason, hint } = explainPortUsers("web1", findPortUsers([80, 8080], FACTS));
  assert.equal(
    reason,
    'port 80 is used by nginx (process 12); port 8080 is used by the container "traefik"',
  );
  assert.match(hint, /on web1, .*: systemctl disable --now nginx; docker stop traefik\n/);
  assert.match(hint, /proxy\.http_port/);
});
