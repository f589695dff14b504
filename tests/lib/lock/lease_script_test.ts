import assert from "node:assert/strict";
import { test } from "node:test";
import { guardArgv, parseLease } from "../../../lib/lock/lease_script.ts";

const LEASE = "token-1\n1700000015\nann\nlaptop\nhost-1\n42\n1700000000\n";

test("parseLease() reads what a lease's file says", () => {
  assert.deepEqual(parseLease(LEASE), {
    token: "token-1",
    expiresAtS: 1_700_000_015,
    owner: "ann",
    host: "laptop",
    hostId: "host-1",
    pid: 42,
    sinceS: 1_700_000_000,
  });
});

test("parseLease() takes nothing else for a lease", () => {
  for (const text of ["", "1700000000\n", "token-1\nsoon\n\n\n\n\n\n", "flock: busy"]) {
    assert.equal(parseLease(text), undefined, text);
  }
});

test("parseLease() does not mind the server's clock behind the lease", () => {
  assert.equal(parseLease(`${LEASE}1700000001\n`)?.pid, 42);
});

test("guardArgv() passes the command on word by word", () => {
  const argv = guardArgv("/lock", "token-1", ["docker", "ps", "it's"]);
  assert.deepEqual(argv.slice(3), ["luma", "/lock", "token-1", "docker", "ps", "it's"]);
});
