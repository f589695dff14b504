import assert from "node:assert/strict";
import { test } from "node:test";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { createProxyClient } from "../../../lib/proxy_client/proxy_client.ts";
import type { ProxyStatus } from "../../../proxy/api.ts";
import { startDeploy, untilStep } from "./crash_run.ts";
import { type CrashSite, observeBlog, requireAtRest, withCrashSite } from "./crash_site.ts";
import { visit } from "./visit.ts";

const SLOW_WATCH = "{ watch: 5s, upgrade_drain_timeout: 1s, drain_timeout: 20s }";

test("a worker of the proxy that is killed takes only its own requests along, and is replaced", () =>
  withCrashSite({ ratePerSecond: 150 }, async (site) => {
    const { load, next, lumaOk } = site;
    const before = await proxyStatus(site);
    const [victim, ...others] = before.workers;
    assert.ok(victim !== undefined && others.length > 0);
    const { inFlight } = load.mark("kill");
    await inProxy(site, ["kill", "-9", String(victim.pid)]);
    const after = await waitFor(async () => {
      const now = await proxyStatus(site);
      const pids = now.workers.map(({ pid }) => pid);
      return pids.length === before.workers.length && !pids.includes(victim.pid) ? now : undefined;
    });
    assert.match(after.warnings.join("\n"), new RegExp(`worker ${victim.pid} ended`));
    const version = await next();
    await lumaOk("deploy");
    const most = Object.values(inFlight).reduce((sum, count) => sum + count, 0);
    const { failed, failures } = load.snapshot();
    assert.ok(failed <= most, `${failed} lost, ${most} in flight: ${JSON.stringify(failures)}`);
    await requireAtRest(site, { version, when: "after a worker's end" });
  }));

for (
  const [what, command] of [
    ["killed by hand", ["docker", "kill", "luma-proxy"]],
    ["restarted", ["docker", "restart", "--time", "1", "luma-proxy"]],
  ] as const
) {
  test(`the proxy ${what} in the watch window serves what it stored, and luma deploy comes to rest`, () =>
    withCrashSite({ deploy: SLOW_WATCH }, async (site) => {
      const { next, luma, lab, host, runner, load, lumaOk } = site;
      const version = await next();
      const deployment = startDeploy(site);
      await untilStep(deployment, "watch");
      const { route: stored } = await observeBlog(site);
      assert.equal((await runner.run({ argv: command })).status, 0);
      const ended = await deployment.ended;
      const said = `${ended.code} ${ended.stdout}${ended.stderr}`;
      assert.ok([0, 3].includes(ended.code ?? -1), said);
      await lumaOk("status");
      const { containers } = await site.docker.findContainersByLabel([`luma.project=${site.name}`])
        .then((all) => ({ containers: all }));
      const kept = stored?.current.endpoints.map(({ name }) => name) ?? [];
      if (ended.code !== 0 && what === "killed by hand") {
        assert.ok(kept.every((name) => containers.some((one) => one.name === name)), said);
      }
      const again = await luma("deploy");
      assert.equal(again.code, 0, `${again.stdout}${again.stderr}; ${said}`);
      await requireAtRest(site, { version, when: "afterwards" });
      const { failed } = load.snapshot();
      for (let visits = 0; visits < 20; visits++) {
        assert.equal((await visit(lab, host)).version, version);
      }
      await lumaOk("deploy", "--force");
      assert.equal(load.snapshot().failed, failed, "requests were lost after the proxy was back");
    }));
}

function proxyStatus({ docker }: Pick<CrashSite, "docker">): Promise<ProxyStatus> {
  return createProxyClient({ docker }).call("status", {});
}

/** Runs a program of the server in the proxy's process namespace: its image has none but its own. */
async function inProxy({ runner }: CrashSite, argv: readonly string[]): Promise<void> {
  const { stdout } = await runner.run({
    argv: ["docker", "container", "inspect", "-f", "{{.State.Pid}}", "luma-proxy"],
  });
  const enter = ["nsenter", "--pid", "--target", stdout.trim()];
  const output = await runner.run({ argv: [...enter, ...argv] });
  assert.equal(output.status, 0, output.stderr);
}

async function waitFor<T>(look: () => Promise<T | undefined>, limitMs = 30_000): Promise<T> {
  const giveUpAtMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAtMs) throw new Error(`Not seen after ${limitMs} ms`);
    await sleep(50);
  }
}

void process;
