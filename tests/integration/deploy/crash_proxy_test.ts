import assert from "node:assert/strict";
import { test } from "node:test";
import { createProxyClient } from "../../../lib/proxy_client/proxy_client.ts";
import type { ProxyStatus } from "../../../proxy/api.ts";
import { startDeploy, untilStep, waitFor } from "./crash_run.ts";
import {
  type CrashSite,
  noteMoment,
  observeBlog,
  observeInFlight,
  requireAtRest,
  requireOnlyInFlightLost,
  withCrashSite,
} from "./crash_site.ts";
import { visit } from "./visit.ts";

const SLOW_WATCH = "{ watch: 5s, upgrade_drain_timeout: 1s, drain_timeout: 20s }";

test("a worker of the proxy that is killed takes only its own requests along, and is replaced", () =>
  withCrashSite({ ratePerSecond: 150 }, async (site) => {
    const { load, next, lumaOk } = site;
    const before = await proxyStatus(site);
    const [victim, ...others] = before.workers;
    assert.ok(victim !== undefined && others.length > 0);
    const slow = Array.from({ length: 12 }, () => load.request(8));
    await waitFor(async () => (await observeInFlight(site)) >= slow.length ? true : undefined);
    const kill = await noteMoment(() => killWorker(site, victim.pid));
    const after = await waitFor(async () => {
      const now = await proxyStatus(site);
      const pids = now.workers.map(({ pid }) => pid);
      return pids.length === before.workers.length && !pids.includes(victim.pid) ? now : undefined;
    });
    assert.match(after.warnings.join("\n"), new RegExp(`worker ${victim.pid} ended`));
    const lost = (await Promise.all(slow)).filter(({ failure }) => failure !== undefined).length;
    assert.ok(lost > 0, "the worker held none of the requests: it was not killed");
    assert.ok(lost < slow.length, "the other workers' requests were lost, too");
    const version = await next();
    await lumaOk("deploy");
    requireOnlyInFlightLost(site, kill);
    await requireAtRest(site, { version, when: "after a worker's end" });
  }));

const BLOWS = {
  "killed by hand": ["docker", "kill", "luma-proxy"],
  restarted: ["docker", "restart", "--time", "1", "luma-proxy"],
} as const;

for (const [what, argv] of Object.entries(BLOWS)) {
  test(`the proxy ${what} in the watch window serves what it stored, and luma deploy comes to rest`, () =>
    withCrashSite({ deploy: SLOW_WATCH }, async (site) => {
      const { next, luma, lab, host, runner, load, lumaOk } = site;
      const version = await next();
      const deployment = startDeploy(site);
      await untilStep(deployment, "watch");
      const { route: stored } = await observeBlog(site);
      assert.equal((await runner.run({ argv })).status, 0);
      const ended = await deployment.ended;
      const said = `${ended.code} ${ended.stdout}${ended.stderr}`;
      assert.ok([0, 3].includes(ended.code ?? -1), said);
      // The proxy goes on with the generation that it stored: its replicas must not be gone by then.
      const left = await site.docker.findContainersByLabel([`luma.project=${site.name}`]);
      const { running } = await describeProxy(site);
      if (!running) {
        const names = left.map(({ name }) => name);
        const stay = stored?.current.endpoints.filter(({ name }) => names.includes(name));
        assert.deepEqual(stay, stored?.current.endpoints, said);
      }
      await lumaOk("status");
      const again = await luma("deploy");
      assert.equal(again.code, 0, `${again.stdout}${again.stderr}; ${said}`);
      await requireAtRest(site, { version, when: `afterwards; ${said}` });
      for (let visits = 0; visits < 20; visits++) {
        assert.equal((await visit(lab, host)).version, version);
      }
      const { failed } = load.snapshot();
      await lumaOk("deploy", "--force");
      assert.equal(load.snapshot().failed, failed, "requests were lost after the proxy was back");
    }));
}

async function describeProxy({ docker }: CrashSite): Promise<{ readonly running: boolean }> {
  const [proxy] = await docker.inspectContainers(["luma-proxy"]);
  return { running: proxy?.status === "running" };
}

function proxyStatus({ docker }: Pick<CrashSite, "docker">): Promise<ProxyStatus> {
  return createProxyClient({ docker }).call("status", {});
}

/**
 * Kills a worker, and waits until it is gone: the kernel frees a process's memory before it closes its
 * sockets, and until then these take connections and requests that nobody will answer.
 */
async function killWorker(site: CrashSite, pid: number): Promise<void> {
  assert.equal(await inProxy(site, ["kill", "-9", String(pid)]), 0);
  await waitFor(async () => await inProxy(site, ["kill", "-0", String(pid)]) !== 0 || undefined);
}

/**
 * Runs a program of the server in the proxy's process namespace: its image has none but its own.
 *
 * @returns Its exit status.
 */
async function inProxy({ runner }: CrashSite, argv: readonly string[]): Promise<number> {
  const { stdout } = await runner.run({
    argv: ["docker", "container", "inspect", "-f", "{{.State.Pid}}", "luma-proxy"],
  });
  const enter = ["nsenter", "--pid", "--target", stdout.trim()];
  return (await runner.run({ argv: [...enter, ...argv] })).status;
}
