import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../lib/config/secret.ts";
import { changedSections, hashConfig } from "../../../lib/resolve/config_hash.ts";
import { anApp, KEY } from "../../fixtures/server_state.ts";

test("hashConfig() is the same for the same configuration in another order", () => {
  const a = anApp({ environment: { A: "1", B: "2" } });
  const b = anApp({ environment: { B: "2", A: "1" } });
  assert.equal(hashConfig(a, KEY), hashConfig(b, KEY));
});

test("hashConfig() differs with the server's key, so that a secret cannot be guessed from it", () => {
  const app = anApp({ secrets: { TOKEN: new Secret("hunter2") } });
  assert.notEqual(hashConfig(app, KEY), hashConfig(app, new Secret("11")));
  assert.ok(!hashConfig(app, KEY).includes("hunter2"));
});

test("hashConfig() does not change with what needs no new replica", () => {
  const app = anApp();
  assert.equal(
    hashConfig(app, KEY),
    hashConfig({ ...app, deploy: { ...app.deploy, watchMs: 1 } }, KEY),
  );
});

test("changedSections() names what changed", () => {
  const before = hashConfig(anApp({ secrets: { TOKEN: new Secret("a") } }), KEY);
  const after = hashConfig(anApp({ secrets: { TOKEN: new Secret("b") }, command: ["serve"] }), KEY);
  assert.deepEqual(changedSections(before, after), ["secrets", "command"]);
  assert.deepEqual(changedSections(before, before), []);
});

test("changedSections() calls a hash of another form a changed configuration", () => {
  assert.deepEqual(changedSections("", hashConfig(anApp(), KEY)), ["configuration"]);
});

test("changedSections() names limits, and ports of the server that came or went", () => {
  const port = { hostPort: 8080, containerPort: 80, protocol: "tcp" } as const;
  const plain = hashConfig(anApp(), KEY);
  const published = hashConfig(anApp({ ports: [port] }), KEY);
  assert.deepEqual(changedSections(plain, published), ["ports"]);
  assert.deepEqual(changedSections(published, plain), ["ports"]);
  assert.deepEqual(changedSections(plain, hashConfig(anApp({ memoryBytes: 1 }), KEY)), ["limits"]);
  const told = { containerPort: 80, protocol: "tcp" } as const;
  assert.equal(hashConfig(anApp({ ports: [told] }), KEY), plain);
});
