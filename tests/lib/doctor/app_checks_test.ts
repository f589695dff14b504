import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerProcess } from "../../../lib/docker/inspect_processes.ts";
import { checkDns, checkHealth, checkSigterm } from "../../../lib/doctor/app_checks.ts";
import type { Finding } from "../../../lib/doctor/types.ts";
import { anInside, anObservation, aProcess } from "../../fixtures/observation.ts";

/** `warning: message → fix`. */
function lines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ mark, message, fix }) =>
    `${mark}: ${message}${fix === undefined ? "" : ` → ${fix}`}`
  );
}

function sigterm(changes: Partial<ContainerProcess>): string {
  const inside = anInside({ processes: [aProcess("blog-blue", changes)] });
  return lines(checkSigterm(anObservation({ inside }))).join();
}

function dns(host: string, addresses: readonly string[]): string {
  return lines(checkDns(anObservation({ hosts: [{ app: "blog", host, addresses }] }))).join();
}

test("checkHealth() tells who answers, and why others do not", () => {
  assert.deepEqual(lines(checkHealth(anObservation())), ["good: 1/1 replicas answer GET /up"]);
  const [app] = anInside().apps;
  if (app === undefined) throw new Error("the fixture has an app");
  const sick = {
    ...app,
    status: {
      ...app.status,
      status: "degraded" as const,
      health: { healthy: 0, total: 1, errors: ["blog-blue: GET /up: 500"] },
    },
  };
  assert.match(
    lines(checkHealth(anObservation({ inside: anInside({ apps: [sick] }) }))).join(),
    /^bad: 0\/1 replicas answer GET \/up; blog-blue: GET \/up: 500 → /,
  );
  const half = {
    ...sick,
    status: { ...sick.status, health: { healthy: 1, total: 2, errors: [] } },
  };
  assert.match(
    lines(checkHealth(anObservation({ inside: anInside({ apps: [half] }) }))).join(),
    /^warning: 1\/2/,
  );
});

test("checkSigterm() is content with a program, or Docker's init, that hears it", () => {
  assert.equal(sigterm({}), "good: handled by PID 1 (bun server.ts)");
  assert.equal(
    sigterm({ program: "sh", command: "sh /start" }),
    "good: a script handles it (sh /start)",
  );
  assert.match(sigterm({ hasInit: true, onSigterm: "ignored" }), /^good: /);
});

test("checkSigterm() finds a shell that keeps it from the app, and a program that is deaf", () => {
  assert.match(
    sigterm({ program: "sh", command: "/bin/sh -c npm start", onSigterm: "ignored" }),
    /^bad: PID 1 is a shell .*\(\/bin\/sh -c npm start\): each deployment waits 30 s .* → write CMD/,
  );
  assert.match(
    sigterm({ program: "python", command: "python app.py", onSigterm: "ignored" }),
    /^bad: PID 1 does not handle it \(python app\.py\)/,
  );
  assert.match(sigterm({ onSigterm: "unknown" }), /^warning: cannot be told/);
});

test("checkDns() compares what a host name means with the server's addresses", () => {
  assert.equal(dns("blog.com", ["203.0.113.7"]), "good: blog.com is 203.0.113.7");
  assert.match(
    dns("blog.com", ["198.51.100.1"]),
    /^warning: blog\.com is 198\.51\.100\.1, which is not an address of server \(203.* → right behind a CDN/,
  );
  assert.equal(
    dns("blog.com", []),
    "bad: blog.com has no address → make a DNS record: blog.com A 203.0.113.7",
  );
  assert.match(dns("blog.test", []), /^warning: .* → curl -H 'Host: blog\.test' http:\/\/203/);
});
