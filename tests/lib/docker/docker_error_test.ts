/**
 * Docker's words, of several engines, and what people read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AddressTakenError,
  classifyDockerFailure,
  explainDockerFailure,
  trimDockerWords,
} from "../../../lib/docker/docker_error.ts";

const CASES = [
  ["sh: 1: docker: not found", "docker-missing"],
  ["bash: line 1: docker: command not found", "docker-missing"],
  ["docker: command not found", "docker-missing"],
  [
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    "daemon-down",
  ],
  [
    "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct",
    "daemon-down",
  ],
  [
    "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    "permission",
  ],
  [
    "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
    "permission",
  ],
  [
    'Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app/nope": stat /app/nope: no such file or directory: unknown',
    "bad-command",
  ],
  ["Error response from daemon: No command specified.", "bad-command"],
  ["Error: No such image: nope:1", "no-image"],
  [
    "Error response from daemon: manifest for nginx:nope not found: manifest unknown: manifest unknown",
    "no-image",
  ],
  [
    "Error response from daemon: pull access denied for nope, repository does not exist or may require 'docker login'",
    "pull-denied",
  ],
  [
    'Error response from daemon: Get "https://r.example/v2/": dial tcp: lookup r.example: no such host',
    "registry-unreachable",
  ],
  [
    'Error response from daemon: Conflict. The container name "/blog" is already in use by container "1"',
    "name-in-use",
  ],
  ["Error response from daemon: Address already in use", "address-in-use"],
  ["luma: address 10.0.0.2 is taken by blog-blue", "address-in-use"],
  ["Bind for 0.0.0.0:80 failed: port is already allocated", "port-in-use"],
  ["listen tcp4 0.0.0.0:80: bind: address already in use", "port-in-use"],
  [
    "Error response from daemon: Pool overlaps with other one on this address space",
    "subnet-in-use",
  ],
  ["Error response from daemon: network with name n already exists", "network-exists"],
  ["Error: No such network: n", "no-network"],
  ["Error response from daemon: network n not found", "no-network"],
  ["Error response from daemon: No such container: blog", "no-container"],
  ["Error response from daemon: get data: no such volume", "no-volume"],
  ["Error response from daemon: endpoint with name blog already exists in network n", "connected"],
  ["Error response from daemon: container 1 is not connected to network n", "not-connected"],
  ["Error response from daemon: container 1 is not connected to the network n", "not-connected"],
  [
    "Error response from daemon: removal of container blog is already in progress",
    "removal-under-way",
  ],
  ["write /var/lib/docker/x: no space left on device", "disk-full"],
  ["runc create failed: mkdir /sys/fs/cgroup/x: no space left on device: unknown", "other"],
  ["something else", "other"],
] as const;

test("classifyDockerFailure() knows Docker's well-known words", () => {
  for (const [words, kind] of CASES) assert.equal(classifyDockerFailure(words), kind, words);
});

test("explainDockerFailure() says what was tried, why it failed and what to type", () => {
  const error = explainDockerFailure({
    ...{ server: "web1", action: 'start the container "blog"' },
    words: "Error response from daemon: driver failed: port is already allocated.\n" +
      "Error: failed to start containers: blog\n",
  });
  assert.equal(
    error.message,
    'Cannot start the container "blog" on web1: driver failed: port is already allocated',
  );
  assert.equal(error.hint, "See what listens on web1: ss -ltnp");
  assert.equal(error.exitCode, 3);
});

test("explainDockerFailure() says what to do about a removal that does not end", () => {
  const words = "Error response from daemon: removal of container db is already in progress";
  const error = explainDockerFailure({ server: "web1", action: 'remove "db"', words });
  assert.match(error.hint ?? "", /gone on web1 \(docker ps -a\), run the same command again/);
});

test("explainDockerFailure() leads to luma setup, where Docker is missing, down or closed to the user", () => {
  const explain = (words: string) => {
    const facts = { server: "web1", action: "reach Docker", words, user: "anna" };
    const { message, hint } = explainDockerFailure(facts);
    return [message, hint];
  };
  assert.deepEqual(explain("sh: 1: docker: not found"), [
    "Cannot reach Docker on web1: Docker is not installed there (sh: 1: docker: not found)",
    "Install it: luma setup web1",
  ]);
  assert.deepEqual(explain("Cannot connect to the Docker daemon at unix:///x.sock"), [
    "Cannot reach Docker on web1: Docker does not run there (Cannot connect to the Docker daemon at unix:///x.sock)",
    "Start it: luma setup web1 (or there, as root: systemctl start docker)",
  ]);
  assert.deepEqual(explain("permission denied while trying to connect to the docker API"), [
    "Cannot reach Docker on web1: anna may not use Docker there (permission denied while trying to connect to the docker API)",
    "Let anna use it: luma setup web1 (or there, as root: usermod -aG docker anna)",
  ]);
});

test("explainDockerFailure() gives an AddressTakenError, when Docker finds the address in use", () => {
  const words = "Error response from daemon: Address already in use";
  const error = explainDockerFailure({ server: "s", action: "start", words });
  assert.ok(error instanceof AddressTakenError);
});

test("trimDockerWords() keeps the reason only", () => {
  assert.equal(
    trimDockerWords("docker: Error response from daemon: no.\nSee 'docker run --help'.\n"),
    "no",
  );
  assert.equal(trimDockerWords("docker: command not found\n"), "docker: command not found");
  assert.equal(trimDockerWords(" \n"), "docker gave no reason");
  assert.equal(trimDockerWords("x".repeat(700)).length, 601);
});

test("explainDockerFailure() says what is wrong with a command, without the engine's inner words", () => {
  const start = (words: string) =>
    explainDockerFailure({
      server: "prod",
      action: 'start the container "blog-green"',
      words: "Error response from daemon: failed to create task for container: failed to create " +
        "shim task: OCI runtime create failed: runc create failed: unable to start container " +
        `process: ${words}: unknown`,
    });
  const missing = start(
    'error during container init: exec: "nope": executable file not found in $PATH',
  );
  assert.equal(
    missing.message,
    'Cannot start the container "blog-green" on prod: exec: "nope": executable file not found in $PATH',
  );
  assert.match(missing.hint ?? "", /^Check command: in luma\.yml/);
  assert.match(start('exec: "/run.sh": permission denied').hint ?? "", /chmod \+x/);
  assert.match(start('exec: "/app": exec format error').hint ?? "", /another processor/);
});
