import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFindings, formatSummary } from "../../../lib/doctor/format_findings.ts";
import { runChecks } from "../../../lib/doctor/run_checks.ts";
import { anInside, anObservation, aProcess } from "../../fixtures/observation.ts";

test("formatFindings() prints a server, then its apps, with fixes below what they mend", () => {
  const processes = [
    aProcess("blog-blue", { program: "sh", command: "sh -c app", onSigterm: "ignored" }),
    aProcess("luma-proxy-net"),
  ];
  const findings = runChecks(anObservation({ inside: anInside({ processes }) }));
  const text = formatFindings("server", findings, false);
  assert.equal(
    text.replace(/luma-proxy \d+\.\d+\.\d+/, "luma-proxy VERSION"),
    `server
  ✓ SSH        reached, a command takes 40 ms
  ✓ Docker     20.10.24, linux/amd64, overlay2, live-restore off
  ✓ Ports      80 and 443 lead to luma-proxy
  ✓ Disk       50.0 GB free in /var/lib/docker
  ✓ Memory     3.00 GB of 4.00 GB free
  ✓ Clock      as this machine's
  ✓ Kernel     6.1.0, tcp_migrate_req is set
  ✓ Proxy      luma-proxy VERSION, 1 worker
  ✓ Network    site-network, 172.18.0.0/16, 0 attached
  ✓ Locks      none held
  ✓ Leftovers  none
  ✓ Logs       rotated
  blog
    ✓ Health     1/1 replicas answer GET /up
    ✗ SIGTERM    PID 1 is a shell that keeps it from the app (sh -c app): each deployment waits 30 s and then kills it
                 → write CMD as a list in the Dockerfile, CMD ["node", "server.js"]; in a script, start the app with exec
    ✓ DNS        blog.com is 203.0.113.7`,
  );
  assert.equal(formatSummary(findings), "1 problem");
  assert.equal(formatSummary([]), "Everything is fine ✅");
  assert.ok(formatFindings("server", findings, true).includes("\u001b[31m✗\u001b[0m SIGTERM"));
});

test("runChecks() of a server that cannot be reached tells that, and what DNS says", () => {
  const { inside: _inside, ...lost } = anObservation({ reached: { message: "Cannot reach it" } });
  assert.deepEqual(runChecks(lost).map(({ check, mark }) => `${check} ${mark}`), [
    "ssh bad",
    "dns good",
  ]);
});
