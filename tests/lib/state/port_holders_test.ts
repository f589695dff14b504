import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSockets } from "../../../lib/state/port_holders.ts";

test("parseSockets() reads addresses, ports and programs of ss", () => {
  const text = `LISTEN 0 511  0.0.0.0:80       0.0.0.0:* users:(("nginx",pid=12,fd=6))
LISTEN 0 4096 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=7,fd=14))
LISTEN 0 128  [::]:22          [::]:*
LISTEN 0 128  [fe80::1]:8080   [::]:*
`;
  assert.deepEqual(parseSockets(text, "tcp"), [
    { port: 80, protocol: "tcp", name: "nginx (process 12)" },
    { port: 53, protocol: "tcp", name: "systemd-resolve (process 7)", address: "127.0.0.53" },
    { port: 22, protocol: "tcp", name: "a program" },
    { port: 8080, protocol: "tcp", name: "a program", address: "fe80::1" },
  ]);
});
