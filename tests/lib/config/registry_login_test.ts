import assert from "node:assert/strict";
import { test } from "node:test";
import { findLogin, hostOfRegistry } from "../../../lib/config/registry_login.ts";
import { configOf, warningsOf } from "./config_of.ts";

const SECRETS = { secrets: { DOCKER_REGISTRY_PASSWORD: "pw", TOKEN: "t" } };

function loginOf(text: string) {
  const [app] = configOf(text, SECRETS).apps;
  const login = app?.image === undefined ? undefined : findLogin(app.image, app);
  return login && `${login.username}@${login.registry} ${login.passwordName}`;
}

test("findLogin() takes the app's own login, or that of docker, for their registry alone", () => {
  for (
    const [text, expected] of [
      [
        "apps: { a: { image: ghcr.io/acme/x, registry: { url: 'https://ghcr.io/', username: u, password_secret: TOKEN } } }",
        "u@ghcr.io TOKEN",
      ],
      [
        "docker: { username: u }\napps: { a: { image: acme/x } }",
        "u@docker.io DOCKER_REGISTRY_PASSWORD",
      ],
      ["docker: { username: u }\napps: { a: { image: ghcr.io/acme/x } }", undefined],
      ["apps: { a: { image: acme/x } }", undefined],
    ] as const
  ) {
    assert.equal(loginOf(text), expected, text);
  }
});

test("hostOfRegistry() gives the host of any way to write a registry", () => {
  const written = ["https://Ghcr.io/v2/", "ghcr.io", "https://index.docker.io/v1/", undefined];
  assert.deepEqual(written.map(hostOfRegistry), ["ghcr.io", "ghcr.io", "docker.io", "docker.io"]);
});

test("parseConfig() warns of a login that is for another registry than the image's", () => {
  const text =
    "apps: { a: { image: acme/x, registry: { url: ghcr.io, username: u, password_secret: TOKEN } } }";
  assert.match(
    warningsOf(text, SECRETS).join(),
    /apps\.a\.registry: no login is made: it is for ghcr\.io, and the image acme\/x is of docker\.io/,
  );
});

test("parseConfig() refuses a digest beside build", () => {
  const text = `apps: { a: { build: {}, image: "x@sha256:${"0".repeat(64)}" } }`;
  assert.throws(() => configOf(text), /it has no digest before/);
});
