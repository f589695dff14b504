import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "../../../lib/docker/types.ts";
import { ProxyError } from "../../../lib/proxy_client/proxy_client.ts";
import { LABELS } from "../../../lib/state/labels.ts";
import { type ObserveEffects, observeServer } from "../../../lib/state/observe_server.ts";

const FACTS = "home=/var/lib/luma\nkey=00ff\nnow=1700000000\nkernel=6.1.0\ndisk=\nmemory=\n";

/** A server that tells one of these statuses at each look at blog's container; none: it is gone. */
function serverWith(...statuses: readonly Container["status"][]) {
  const left = [...statuses];
  const docker = {
    server: "web1",
    info: () => Promise.resolve({ rootDir: "/var/lib/docker" }),
    findContainersByLabel: ([label]: readonly string[]) => {
      const status = label === LABELS.project ? left.shift() : undefined;
      const labels = { [LABELS.project]: "blog" };
      return Promise.resolve(status === undefined ? [] : [{ name: "blog-blue", status, labels }]);
    },
    inspectNetwork: () => Promise.resolve(undefined),
  };
  const effects = {
    runner: { run: () => Promise.resolve({ status: 0, stdout: FACTS, stderr: "" }) },
    docker,
    proxy: {
      call: () => Promise.reject(new ProxyError("web1", { code: "no answer", message: "none" })),
    },
  } as unknown as ObserveEffects;
  const look = async (mode: "read" | "write", project: string | undefined = "blog") =>
    (await observeServer(effects, { mode, project, signal: new AbortController().signal }))
      .containers.map(({ status }) => status);
  return { look, left };
}

test("observeServer() waits for what Docker is removing of the project, when something is to be changed", async () => {
  const { look } = serverWith("removing", "removing");
  assert.deepEqual(await look("write"), []);
});

test("observeServer() tells what is being removed, when it is only looked at", async () => {
  const { look, left } = serverWith("removing", "removing");
  assert.deepEqual(await look("read"), ["removing"]);
  assert.equal(left.length, 1);
});

test("observeServer() waits for no removal in another project", async () => {
  const { look, left } = serverWith("removing", "removing", "removing");
  assert.deepEqual(await look("write", "shop"), ["removing"]);
  assert.equal(left.length, 2);
});
