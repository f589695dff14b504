import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProcesses } from "../../../lib/docker/inspect_processes.ts";

function inspected(name: string, host: object): string {
  return JSON.stringify({ Name: `/${name}`, HostConfig: host });
}

test("parseProcesses() reads who handles SIGTERM from the kernel's masks", () => {
  const log = { Type: "json-file", Config: { "max-size": "10m" } };
  const text = [
    inspected("blog-blue", { LogConfig: log, Sysctls: { a: "1" } }),
    "Name:\tbun",
    "SigIgn:\t0000000001001000",
    "SigCgt:\t00000001600044f8",
    "Words: bun /app/server.ts ",
    inspected("blog-green", { Init: true, LogConfig: { Type: "local", Config: {} } }),
    "Name:\tsh",
    "SigIgn:\t0000000000000000",
    "SigCgt:\t0000000000010002",
    "Words: /bin/sh -c npm start ",
    inspected("worker-blue", {}),
    "Words: ",
    "",
  ].join("\n");
  assert.deepEqual(parseProcesses(text), [
    {
      container: "blog-blue",
      command: "bun /app/server.ts",
      program: "bun",
      onSigterm: "handled",
      hasInit: false,
      logDriver: "json-file",
      logMaxSize: "10m",
      sysctls: { a: "1" },
    },
    {
      container: "blog-green",
      command: "/bin/sh -c npm start",
      program: "sh",
      onSigterm: "ignored",
      hasInit: true,
      logDriver: "local",
      sysctls: {},
    },
    {
      container: "worker-blue",
      command: "",
      program: "",
      onSigterm: "unknown",
      hasInit: false,
      logDriver: "",
      sysctls: {},
    },
  ]);
});
