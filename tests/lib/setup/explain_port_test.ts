import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import { explainPortInUse, parseListeners } from "../../../lib/setup/explain_port.ts";
import type { Output } from "../../../lib/ssh/runner.ts";

const LINES =
  `LISTEN 0 511 0.0.0.0:80    0.0.0.0:* users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))
LISTEN 0 511 [::]:80       [::]:*    users:(("nginx",pid=12,fd=7),("nginx",pid=11,fd=7))
LISTEN 0 128 0.0.0.0:8080  0.0.0.0:* users:(("node",pid=99,fd=3))
LISTEN 0 128 *:443         *:*
`;

function explain(message: string, output: Output) {
  const error = new Error(message);
  const runner = {
    server: "server",
    run: () => Promise.resolve(output),
    close: () => Promise.resolve(),
  };
  const { signal } = new AbortController();
  return { error, explained: explainPortInUse(error, { runner, ports: [80, 443], signal }) };
}

test("parseListeners() names each program that has a port, once", () => {
  assert.deepEqual(parseListeners(LINES, [80, 443]), [
    "nginx (process 12) on port 80",
    "a program on port 443",
  ]);
  assert.deepEqual(parseListeners(LINES, [22]), []);
});

test("explainPortInUse() says who has the port, and what to do", async () => {
  const { explained, error } = explain("Bind for 0.0.0.0:80 failed: port is already allocated", {
    status: 0,
    stdout: LINES,
    stderr: "",
  });
  const found = await explained;
  assert.ok(found instanceof LumaError);
  assert.match(found.message, /on server: nginx \(process 12\) on port 80, .* already uses/);
  assert.match(found.hint ?? "", /proxy\.http_port/);
  assert.equal(found.cause, error);
});

test("explainPortInUse() does without ss", async () => {
  const output = { status: 127, stdout: "", stderr: "ss: command not found" };
  const found = await explain("address already in use", output).explained;
  assert.ok(found instanceof LumaError);
  assert.match(found.message, /another program already uses its port/);
});

test("explainPortInUse() leaves every other error as it is", async () => {
  const { explained, error } = explain("no space left on device", {
    status: 0,
    stdout: LINES,
    stderr: "",
  });
  assert.equal(await explained, error);
});
