import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { explainLoginFailure } from "../../../lib/docker/login_error.ts";

const LOGIN = {
  registry: "registry.example.com",
  username: "acme",
  password: new Secret("hunter2"),
  passwordName: "TOKEN",
};

for (
  const [words, kind, message, hint] of [
    [
      "Error response from daemon: Get https://registry.example.com/v2/: unauthorized: incorrect",
      "login-denied",
      /^Cannot log in at registry\.example\.com as acme on web: Get .* unauthorized: incorrect$/,
      /^Check registry\.username .* the secret TOKEN in \.luma\/secrets/,
    ],
    [
      'Error response from daemon: Get "https://registry.example.com/v2/": dial tcp: timeout',
      "registry-unreachable",
      /on web: Get .*: dial tcp: timeout$/,
      /^Check registry\.url .* that web reaches registry\.example\.com$/,
    ],
    [
      "Error saving credentials: write /tmp/luma-login-x/config.json: no space left on device",
      "disk-full",
      /^Cannot log in at registry\.example\.com as acme on web: the disk is full there \(Error sav/,
      /^See on web what takes the space: docker system df; then: docker image prune/,
    ],
    [
      "permission denied while trying to connect to the Docker daemon socket",
      "permission",
      /on web: the user may not use Docker there \(/,
      /luma setup web/,
    ],
  ] as const
) {
  test(`explainLoginFailure() tells ${kind} and its cure`, () => {
    const error = explainLoginFailure({ server: "web", login: LOGIN, words });
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    assert.match(error.hint ?? "", hint);
  });
}
