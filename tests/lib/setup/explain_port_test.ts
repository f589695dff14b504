import assert from "node:assert/strict";
import { test } from "node:test";
import { LumaError } from "../../../lib/error.ts";
import { explainPortInUse } from "../../../lib/setup/explain_port.ts";

const FACTS = [
  ...["user=root", "privilege=root", "system=Linux", "docker-status=0", "docker=26.1.5"],
  'listener=LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=12,fd=6))',
  'listener=LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:(("docker-proxy",pid=13,fd=6))',
  "container=traefik=0.0.0.0:443->443/tcp",
].join("\n");

async function explain(message: string, stdout = FACTS) {
  const error = new Error(message);
  const runner = {
    server: "web1",
    run: () => Promise.resolve({ status: 0, stdout, stderr: "" }),
    close: () => Promise.resolve(),
  };
  const { signal } = new AbortController();
  return { error, found: await explainPortInUse(error, { runner, ports: [80, 443], signal }) };
}

test("explainPortInUse() says who has the port that Docker names, and what to do", async () => {
  const { found, error } = await explain("Bind for 0.0.0.0:443 failed: port is already allocated");
  assert.ok(found instanceof LumaError);
  assert.equal(
    found.message,
    'Cannot start luma-proxy on web1: port 443 is used by the container "traefik"',
  );
  assert.match(found.hint ?? "", /docker stop traefik\n.*proxy\.http_port/);
  assert.equal(found.cause, error);
});

test("explainPortInUse() reads the words of a program that Docker met", async () => {
  const { found } = await explain("listen tcp4 0.0.0.0:80: bind: address already in use");
  assert.match(String(found), /port 80 is used by nginx \(process 12\)$/);
});

test("explainPortInUse() does without a name", async () => {
  const bare = "user=luma\nsystem=Linux";
  const { found } = await explain("listen tcp4 0.0.0.0:80: bind: address already in use", bare);
  assert.match(String(found), /port 80 is used by another program$/);
});

test("explainPortInUse() leaves every other error as it is", async () => {
  const { found, error } = await explain("no space left on device");
  assert.equal(found, error);
});
