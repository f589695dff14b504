import assert from "node:assert/strict";
import { test } from "node:test";
import { createBriefReport } from "../../../lib/report/brief_report.ts";
import type { Event } from "../../../lib/report/events.ts";
import { createPlainReporter } from "../../../lib/report/plain_reporter.ts";

const base = { server: "server", app: "blog" } as const;
const warning: Event = { kind: "warning", ...base, message: "2 requests were cut" };
const colors: Event = { kind: "colors", ...base, to: "green", replicas: 1, causes: [] };
const redeployed: Event = {
  kind: "redeployed",
  ...base,
  causes: ["image changed", "environment changed"],
  fromImage: `sha256:${"ab12".repeat(16)}`,
  toImage: `sha256:${"cd34".repeat(16)}`,
};

function printBriefly(
  events: readonly Event[],
): { readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const lines = { quiet: false, verbose: false, color: false };
  const plain = createPlainReporter({
    ...lines,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  events.forEach(createBriefReport(plain));
  return { out, err };
}

test("createBriefReport() says nothing of a look that finds nothing to do", () => {
  const events: readonly Event[] = [
    { kind: "warning", message: "luma.yml:3 apps.blog.proxy.ssl: serves plain HTTP" },
    { ...warning, message: 'No registry has "blog"' },
    { kind: "unchanged", ...base },
    { kind: "left alone", ...base, reason: "deployment under way" },
  ];
  assert.deepEqual(printBriefly(events), { out: [], err: [] });
});

test("createBriefReport() makes one line of a redeployment, and keeps its warnings", () => {
  const events: readonly Event[] = [
    { kind: "deploying", ...base, replicas: 2 },
    colors,
    { kind: "healthy", ...base, healthy: 2, total: 2 },
    { kind: "switching", ...base, to: "green" },
    warning,
    redeployed,
  ];
  assert.deepEqual(printBriefly(events), {
    out: [
      "[server] Redeployed blog: image changed (sha256:ab12ab12ab12… → sha256:cd34cd34cd34…), environment changed",
    ],
    err: ["[server] Warning: 2 requests were cut"],
  });
});

test("createBriefReport() keeps errors", () => {
  const error: Event = { kind: "error", message: "no", hint: "yes", details: [], exitCode: 3 };
  assert.deepEqual(printBriefly([error]), { out: [], err: ["Error: no", "  → yes"] });
});
