/**
 * ssh's words, as the client of OpenSSH 9.2 writes them, and what people read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { explainMissingSsh, explainSshFailure } from "../../../lib/ssh/ssh_failure.ts";

const server = {
  ...{ kind: "ssh", name: "web1", host: "10.0.0.5" } as const,
  ...{ user: "luma", port: 2222, keyFile: "/k" },
};

function explain(stderr: string, phase: "login" | "command" = "login") {
  const { kind, message, hint } = explainSshFailure({ server, phase, what: "docker ps", stderr });
  return { kind, message, hint };
}

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
Offending ED25519 key in /home/a b/.ssh/known_hosts:3
Host key for [10.0.0.5]:2222 has changed and you have requested strict checking.
Host key verification failed.
`;

test("explainSshFailure() shows the line that forgets a changed host key", () => {
  const { kind, hint } = explain(CHANGED);
  assert.equal(kind, "host-key-changed");
  assert.match(
    hint ?? "",
    /ssh-keygen -f '\/home\/a b\/\.ssh\/known_hosts' -R '\[10\.0\.0\.5\]:2222'$/,
  );
});

test("explainSshFailure() names the cause, when no connection could be made", () => {
  const cases = [
    ["ssh: Could not resolve hostname web1: Name or service not known\r\n", "host-not-found"],
    ["ssh: connect to host 10.0.0.5 port 2222: Connection refused\r\n", "refused"],
    ["ssh: connect to host 10.0.0.5 port 2222: Connection timed out\r\n", "connect-timeout"],
    ["ssh: connect to host 10.0.0.5 port 2222: No route to host\r\n", "unreachable"],
    ["luma@10.0.0.5: Permission denied (publickey).\r\n", "permission-denied"],
    ["Host key verification failed.\r\n", "host-key-unknown"],
    ["kex_exchange_identification: Connection closed by remote host\r\n", "unreachable"],
  ] as const;
  for (const [stderr, kind] of cases) {
    assert.equal(explain(stderr, "command").kind, kind, stderr);
  }
});

test("explainSshFailure() says what was tried, why it failed and what to type", () => {
  assert.deepEqual(explain("luma@10.0.0.5: Permission denied (publickey).\r\n"), {
    kind: "permission-denied",
    message:
      "Cannot reach web1 (10.0.0.5): the server accepts none of the keys (luma@10.0.0.5: Permission denied (publickey))",
    hint:
      "Check user and key, load the key with ssh-add, or put it there: ssh-copy-id -p 2222 -i /k luma@10.0.0.5\n" +
      "This must work without a question: ssh -p 2222 -i /k luma@10.0.0.5",
  });
});

test("explainSshFailure() takes everything unknown for a drop, when a command ran", () => {
  const stderr = "some progress\nTimeout, server 10.0.0.5 not responding.\r\n";
  assert.deepEqual(explain(stderr, "command"), {
    kind: "dropped",
    message:
      "The connection to web1 dropped while `docker ps` ran (Timeout, server 10.0.0.5 not responding.); what runs there may still finish",
    hint: "Run the same command again: it finds out how far it came",
  });
  assert.equal(explain(stderr, "login").kind, "unreachable");
});

test("explainSshFailure() does not take the command's own words for ssh's", () => {
  const stderr = "git@example.com: Permission denied (publickey).\nthen it went on\n";
  assert.equal(explain(stderr, "command").kind, "dropped");
});

test("explainMissingSsh() says what to install", () => {
  const error = explainMissingSsh(server, new Error("ENOENT"));
  assert.equal(error.kind, "not-installed");
  assert.match(error.hint ?? "", /openssh-client/);
});
