import assert from "node:assert/strict";
import { test } from "node:test";
import { DockerError } from "../../../lib/docker/docker_error.ts";
import type { Docker } from "../../../lib/docker/types.ts";
import { findListeners, parseListeners } from "../../../lib/execute/find_listeners.ts";
import { fakeServer } from "../../fixtures/fake_server.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid";

function line(local: string, state: string): string {
  return `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0 0 1`;
}

test("parseListeners() reads IPv4 and IPv6, and leaves out connections and Docker's name server", () => {
  const text = [
    HEAD,
    line("0B00007F:9C41", "0A"),
    line("0100007F:0BB8", "0A"),
    line("00000000:1F90", "0A"),
    line("5A00DA0A:0BB8", "01"),
    HEAD,
    line("00000000000000000000000001000000:0016", "0A"),
    line("00000000000000000000000000000000:1F90", "0A"),
    line("0000000000000000FFFF00000200000A:0050", "0A"),
  ].join("\n");
  assert.deepEqual(parseListeners(text), [
    { address: "::1", port: 22, loopback: true },
    { address: "10.0.0.2", port: 80, loopback: false },
    { address: "127.0.0.1", port: 3000, loopback: true },
    { address: "0.0.0.0", port: 8080, loopback: false },
  ]);
});

function dockerWith(exec: Docker["exec"]): Docker {
  return { ...fakeServer().effects.docker, exec };
}

test("findListeners() takes what it can read, and knows nothing of an image that cannot look", async () => {
  const { signal } = new AbortController();
  const look = (exec: Docker["exec"]) => findListeners(dockerWith(exec), "blog-green", signal);
  const withoutIpv6 = await look(() =>
    Promise.resolve({ status: 1, stdout: `${HEAD}\n`, stderr: "cat: /proc/net/tcp6: No such file" })
  );
  assert.deepEqual(withoutIpv6, []);
  const withoutCat = await look(() =>
    Promise.resolve({ status: 127, stdout: 'exec: "cat": not found', stderr: "" })
  );
  assert.equal(withoutCat, undefined);
  const ended = await look(() => Promise.reject(new DockerError("no-container", "it is gone")));
  assert.equal(ended, undefined);
});
