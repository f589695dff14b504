import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLeases } from "../../../lib/lock/list_leases.ts";

test("parseLeases() reads each lock's file, and leaves out what is none", () => {
  const file = "token\n1700000015\nann\nlaptop\nhost-id\n7\n1700000000\n";
  const found = parseLeases(`lock=site.blog\n${file}lock=broken\nnonsense\nlock=setup\n${file}`);
  assert.deepEqual(found.map(({ name, lease }) => [name, lease.owner, lease.pid]), [
    ["site.blog", "ann", 7],
    ["setup", "ann", 7],
  ]);
  assert.deepEqual(parseLeases(""), []);
});
