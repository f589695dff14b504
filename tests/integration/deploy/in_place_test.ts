import assert from "node:assert/strict";
import { test } from "node:test";
import { startLoad } from "../../load/start_load.ts";
import { requireOneAtATime, requireServing, withInPlaceSite } from "./in_place_site.ts";
import { visit } from "./visit.ts";

test("luma deploy in place tells its gap, keeps the data, and cuts no request", () =>
  withInPlaceSite({}, async (site) => {
    const { lab, host, use, start, luma, readJournal } = site;
    await use("v2");
    const planned = await luma("plan");
    assert.match(planned.stdout, /^ {2}in place: from hold until switch, nothing of shop serves$/m);
    const load = startLoad({
      address: lab.serverAddress,
      port: 80,
      host,
      kinds: ["kept alive", "new connection", "post"],
      ratePerSecond: 60,
    });
    const slow = visit(lab, host, { path: "/slow?seconds=4" });
    const deployment = start("deploy");
    const { code, stdout, stderr } = await deployment.ended;
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /\] Gap: \d+\.\d s, in which nothing of shop served/);
    const answer = await slow;
    assert.deepEqual([answer.status, answer.version], [200, "v1"]);
    await load.stop();
    const { failures } = load.snapshot();
    const reasons = failures.map(({ reason }) => reason);
    assert.ok(reasons.every((reason) => /503/.test(reason)), JSON.stringify(failures));
    assert.ok(reasons.length > 0, "a gap that nobody sees is none");
    await requireServing(site, { version: "v2", when: "after the deployment" });
    const journal = await readJournal();
    requireOneAtATime(journal);
    assert.deepEqual(journal, ["start v1", "end v1", "start v2"]);
  }));

for (
  const [version, why] of [["v3", /Health check of "shop" failed/], ["v4", /failed on /]] as const
) {
  test(`luma deploy in place starts the old version again when ${version} fails`, () =>
    withInPlaceSite({}, async (site) => {
      const { lab, host, use, luma, readJournal } = site;
      await use(version);
      const load = startLoad({
        address: lab.serverAddress,
        port: 80,
        host,
        kinds: ["new connection"],
        ratePerSecond: 40,
      });
      const { code, stdout, stderr } = await luma("deploy");
      await load.stop();
      assert.equal(code, 3, stdout + stderr);
      assert.match(stderr, why);
      assert.match(stdout, /The old version of shop serves again/);
      assert.match(stdout, /\] Gap: \d+\.\d s/);
      assert.doesNotMatch(stderr, /Could not undo/);
      await use("v1");
      await requireServing(site, { version: "v1", when: `after ${version} failed` });
      requireOneAtATime(await readJournal());
    }));
}

test("luma deploy in place needs no proxy: the port of the server is what clients use", () =>
  withInPlaceSite({ proxy: false }, async (site) => {
    const { use, luma, readJournal } = site;
    await use("v2");
    const { code, stdout, stderr } = await luma("deploy");
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /\] Gap: \d+\.\d s/);
    await requireServing(site, { version: "v2", when: "after the deployment", proxy: false });
    assert.deepEqual(await readJournal(), ["start v1", "end v1", "start v2"]);
  }));
