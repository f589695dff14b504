/** Tests of what the demo makes of its visitors' samples and the command's events. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable } from "../../../examples/show/format_table.ts";
import { describeDeployment } from "../../../examples/show/run_deploy.ts";
import type { Event } from "../../../lib/report/events.ts";
import type { Sample } from "../../load/load_report.ts";

const good: Sample = {
  kind: "post",
  startedAtMs: 0,
  endedAtMs: 12,
  status: 200,
  version: "v1",
  retries: 0,
};
const own: Sample = { ...good, version: "v4", status: 500, failure: "status 500" };
const base = { server: "local", app: "blog" } as const;

test("formatTable() shows visitors by kind and by deployment, and the flaky version's own apart", () => {
  const during = [good, own];
  const deployment = {
    exitCode: 3,
    outcome: "switched back",
    inFlightAtSwitch: 6,
    tookMs: 4200,
  } as const;
  const samples = [good, { ...good, kind: "slow", endedAtMs: 5001 } as const, own];
  assert.equal(
    formatTable([{ title: "v4", deployment, during }], samples, "v4").join("\n"),
    `
                             requests  failed  5xx by v4  sent again  slowest  in flight at switch  drained  closed  cut  by version
by kind
  post                              2       0          1           0  0.012 s                    -        -       -    -  v1 1, v4 1
  slow                              1       0          0           0    5.0 s                    -        -       -    -  v1 1
while deploying
  v4: switched back (4.2 s)         2       0          1           0  0.012 s                    6        -       -    -  v1 1, v4 1
all                                 3       0          1           0    5.0 s                    -        -       -    -  v1 2, v4 1`
      .slice(1),
  );
});

test("describeDeployment() reads the command's events", () => {
  const switched: Event = {
    ...base,
    kind: "switched",
    to: "green",
    generation: 2,
    inFlight: 7,
    workers: 2,
  };
  const cut = { method: "GET", path: "/", ageMs: 1, kind: "request" } as const;
  const events: readonly Event[] = [
    switched,
    { ...base, kind: "drained", completed: 5, closed: [cut, cut], cut: [cut], tookMs: 3 },
  ];
  assert.deepEqual(describeDeployment(events, 4, 10), {
    exitCode: 4,
    tookMs: 10,
    outcome: "refused",
    inFlightAtSwitch: 7,
    drained: 5,
    closed: 2,
    cut: 1,
  });
  const back: Event = { ...base, kind: "switched back", reason: "5 of 5 failed" };
  assert.equal(describeDeployment([switched, back], 3, 10).outcome, "switched back");
});
