import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerConfig } from "../../../lib/config/types.ts";
import { configOf, errorsOf, warningsOf } from "./config_of.ts";

const APP = "apps: { web: { image: x } }\n";

/** The servers of the app `web`, with `keys`, below the top-level `top`. */
function serversOf(top: string, keys: string): readonly ServerConfig[] {
  const { apps, servers } = configOf(`${top}\napps: { web: { image: x, ${keys} } }\n`);
  const names = apps[0]?.servers ?? [];
  assert.deepEqual(servers.map(({ name }) => name), names);
  return servers;
}

const TEN: ServerConfig = { kind: "ssh", name: "10.0.0.5", host: "10.0.0.5" };
const WEB: ServerConfig = { kind: "ssh", name: "web1", host: "10.0.0.5", user: "ann", port: 2222 };
const MAP = "servers: { web1: { host: 10.0.0.5, user: ann, port: 2222 }, web2: 10.0.0.6 }";

for (
  const [what, top, keys, servers] of [
    ["local, when none is named", "", "", [{ kind: "local", name: "local" }]],
    ["local by name", "servers: [10.0.0.5]", "server: local", [{ kind: "local", name: "local" }]],
    ["the top-level list", "servers: [10.0.0.5]", "", [TEN]],
    ["the top-level text", "servers: 10.0.0.5", "", [TEN]],
    ["the app's own before the top level's", "servers: [10.0.0.9]", "server: 10.0.0.5", [TEN]],
    ["a text as servers", "", "servers: 10.0.0.5", [TEN]],
    ["a list as server", "", "server: [10.0.0.5]", [TEN]],
    ["the whole top-level map", MAP, "", [WEB, { kind: "ssh", name: "web2", host: "10.0.0.6" }]],
    ["a name of the map", MAP, "servers: [web1]", [WEB]],
    ["a host of the map by its name", MAP, "servers: [10.0.0.5]", [WEB]],
    ["a name without a host", "servers: { web1: }", "", [{
      kind: "ssh",
      name: "web1",
      host: "web1",
    }]],
    ["user and port", "", "server: 'ann@10.0.0.5:2222'", [{ ...TEN, user: "ann", port: 2222 }]],
    ["an IPv6 address", "", "server: '[fe80::1]:22'", [
      { kind: "ssh", name: "fe80::1", host: "fe80::1", port: 22 },
    ]],
    [
      "what ssh says of all",
      "ssh: { username: bob, port: 22, key_file: keys/id }",
      "server: ann@10.0.0.5",
      [
        { ...TEN, user: "ann", port: 22, keyFile: "/projects/shop/keys/id" },
      ],
    ],
    ["a key of its own", "servers: { web1: { key_file: ~/.ssh/web1 } }", "", [
      { kind: "ssh", name: "web1", host: "web1", keyFile: "/home/ann/.ssh/web1" },
    ]],
    ["an absolute key", "ssh: { key_file: /etc/key }", "server: 10.0.0.5", [{
      ...TEN,
      keyFile: "/etc/key",
    }]],
    ["two users of one host apart", "", "servers: [ann@10.0.0.5, bob@10.0.0.5]", [
      { ...TEN, user: "ann" },
      { ...TEN, name: "bob@10.0.0.5", user: "bob" },
    ]],
  ] as const
) {
  test(`parseConfig() reads ${what}`, () => assert.deepEqual(serversOf(top, keys), servers));
}

test("parseConfig() lists only servers that something runs on, services included", () => {
  const config = configOf(
    `${MAP}\napps: { a: { image: x, server: web2 } }\nservices: { d: { image: x, server: c } }`,
  );
  assert.deepEqual(config.servers.map(({ name }) => name), ["web2", "c"]);
});

test("parseConfig() warns of a name that is nearly one of the map's", () => {
  assert.deepEqual(warningsOf(`${MAP}\napps: { a: { image: x, server: wbe1 } }`), [
    'luma.yml:2:32 apps.a.server: "wbe1" is not in the servers above, so it is taken as a host of its own\n' +
    "  fix: if you meant it, write web1",
  ]);
});

for (
  const [text, error] of [
    ["ssh: { username: -oX }", "ssh.username: expected a user name"],
    ["ssh: { user: ann }", 'ssh.user: unknown key, did you mean "username"?'],
    ["ssh: { port: 0 }", "ssh.port: expected a whole number from 1 to 65535"],
    ["ssh: { key_file: ~bob/key }", "ssh.key_file: expected a path"],
    ["servers: [-oProxyCommand=x]", "servers[0]: expected a server such as"],
    ["servers: ['ssh://a@b']", "servers[0]: expected a server without ssh://"],
    ["servers: [a, a]", 'servers[1]: the server "a" is there twice'],
    ["servers: [{ host: a }]", "servers[0]: expected a server, got a map"],
    [
      "servers: { local: { host: a } }",
      'servers.local: the name "local" is this machine\'s own Docker',
    ],
    ["servers: { 'a b': { host: a } }", 'servers["a b"]: expected a server such as'],
    ["servers: { a: { host: 'u@a' } }", "servers.a.host: expected a host alone"],
    ["servers: { a: { hots: b } }", 'servers.a.hots: unknown key, did you mean "host"?'],
  ] as const
) {
  test(`parseConfig() refuses ${text}`, () => {
    assert.ok(errorsOf(`${text}\n${APP}`).includes(` ${error}`), errorsOf(`${text}\n${APP}`));
  });
}

test("parseConfig() refuses server beside servers", () => {
  const errors = errorsOf("apps: { a: { image: x, server: b, servers: [c] } }");
  assert.equal(
    errors,
    "luma.yml:1:24 apps.a.server: server and servers are both there\n  fix: keep servers",
  );
});

test("parseConfig() refuses ~ where there is no home", () => {
  const errors = errorsOf(`ssh: { key_file: ~/key }\n${APP}`, { env: {} });
  assert.match(errors, /ssh\.key_file: ~ stands for HOME, which is not set/);
});
