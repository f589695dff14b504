/**
 * The blog under load, where deployments are ended in the middle: what stands there, and what must.
 *
 * The rule: one lost request fails a test, with the moment and the reason it was lost for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { findRoute } from "../../../lib/state/app_state.ts";
import { createProxyClient } from "../../../lib/proxy_client/proxy_client.ts";
import type { Container } from "../../../lib/docker/types.ts";
import type { RouteState } from "../../../proxy/api.ts";
import { formatFailure } from "../../load/load_report.ts";
import { type Load, startLoad } from "../../load/start_load.ts";
import { blogApp, type Project, type Reach, withProject } from "./project.ts";
import { visit } from "./visit.ts";

/** A deployed blog that is visited all the time. */
export interface CrashSite extends Project {
  readonly load: Load;
  readonly host: string;
  /** Writes luma.yml with the blog's next version, and says which it is. */
  next(): Promise<string>;
  /** Fails when a request was lost since the load began. */
  requireNoLoss(when: string): void;
}

/** How the blog is deployed. */
export interface CrashSiteOptions {
  readonly reach?: Reach;
  readonly replicas?: number;
  /** Requests in a second; 80 unless given. */
  readonly ratePerSecond?: number;
  /** In place of a short watch and short budgets. */
  readonly deploy?: string;
}

const QUICK = "{ watch: 1s, upgrade_drain_timeout: 1s, drain_timeout: 20s }";

/** Gives `body` a blog at v1 under load; afterwards the load is ended and all is removed. */
export function withCrashSite(
  options: CrashSiteOptions,
  body: (site: CrashSite) => Promise<void>,
): Promise<void> {
  return withProject(options.reach ?? "local", async (project) => {
    const { lab, name, write, lumaOk } = project;
    const host = `${name}.test`;
    const { replicas = 1, deploy = QUICK } = options;
    let version = "v2";
    const next = async () => {
      version = version === "v1" ? "v2" : "v1";
      const more = `    deploy: ${deploy}\n`;
      await write(blogApp(`${lab.blogImage}:${version}`, { host, replicas, more }));
      return version;
    };
    await next();
    await lumaOk("deploy");
    const startedAtMs = Date.now();
    const load = startLoad({
      address: lab.serverAddress,
      port: 80,
      host,
      kinds: ["kept alive", "new connection", "post"],
      ratePerSecond: options.ratePerSecond ?? 80,
    });
    const requireNoLoss = (when: string) => {
      const { failures } = load.snapshot();
      const lost = failures.map((group) => formatFailure(group, startedAtMs));
      const markedAt = load.snapshot().marks.map(({ name, atMs }) =>
        `${name}: ${((atMs - startedAtMs) / 1000).toFixed(1)} s`
      );
      assert.deepEqual(lost, [], `requests were lost ${when}; ${markedAt.join(", ")}`);
    };
    try {
      await body({ ...project, load, host, next, requireNoLoss });
    } finally {
      await load.stop();
    }
  });
}

/** When something was done that may cost the requests in flight, in milliseconds since the epoch. */
export interface Moment {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Does `act`, and notes when. */
export async function noteMoment(act: () => Promise<unknown>): Promise<Moment> {
  const fromMs = Date.now();
  await act();
  return { fromMs, untilMs: Date.now() };
}

/** Fails when a request was lost that had ended before the moment, or that began after it. */
export function requireOnlyInFlightLost(
  { load }: Pick<CrashSite, "load">,
  { fromMs, untilMs }: Moment,
): void {
  const others = load.samples.filter(({ failure, startedAtMs, endedAtMs }) =>
    failure !== undefined && (startedAtMs > untilMs || endedAtMs < fromMs)
  );
  assert.deepEqual(others, [], `lost, but not in flight from ${fromMs} to ${untilMs}`);
}

/** The blog's containers, and what the proxy says of it. */
export async function observeBlog(
  { docker, name }: Pick<Project, "docker" | "name">,
): Promise<{ readonly containers: readonly Container[]; readonly route?: RouteState }> {
  const containers = await docker.findContainersByLabel([`luma.project=${name}`]);
  const status = await createProxyClient({ docker }).call("status", {});
  const route = findRoute(
    { proxy: { kind: "running", status } } as Parameters<typeof findRoute>[0],
    name,
    "blog",
  );
  return { containers, ...(route === undefined ? {} : { route }) };
}

/** How many requests to the blog the proxy is answering now. */
export async function observeInFlight(
  { docker, name }: Pick<Project, "docker" | "name">,
): Promise<number> {
  const { routes } = await createProxyClient({ docker }).call("status", {});
  const route = routes.find(({ project }) => project === name);
  return Object.values(route?.byColor ?? {}).reduce((sum, { inFlight }) => sum + inFlight, 0);
}

/** Fails unless one color of `version` is left, in use by everybody and confirmed. */
export async function requireAtRest(
  site: Pick<CrashSite, "docker" | "name" | "lab" | "host" | "lumaOk">,
  wanted: { readonly version: string; readonly replicas?: number; readonly when: string },
): Promise<void> {
  const { version, replicas = 1, when } = wanted;
  const { containers, route } = await observeBlog(site);
  const network = `${site.name}-network`;
  const said = `${when}: ${JSON.stringify({ containers, route }, undefined, 1)}`;
  assert.equal(containers.length, replicas, said);
  assert.equal(new Set(containers.map(({ labels }) => labels["luma.color"])).size, 1, said);
  for (const { status, restartPolicy, networks } of containers) {
    assert.equal(status, "running", said);
    assert.equal(restartPolicy, "always", said);
    assert.deepEqual(networks[network]?.aliases, ["blog"], said);
  }
  assert.equal(route?.current.seal, "confirmed", said);
  assert.equal(route?.previous, undefined, said);
  assert.equal(route?.current.color, containers[0]?.labels["luma.color"], said);
  assert.deepEqual(
    route?.current.endpoints.map(({ address }) => address).sort(),
    containers.map(({ networks }) => networks[network]?.address).sort(),
    said,
  );
  assert.match((await site.lumaOk("plan")).stdout, /: nothing to do$/m, when);
  assert.equal((await visit(site.lab, site.host)).version, version, when);
}

/** All that a command which changes nothing must leave as it is, as text to compare. */
export async function takeSnapshot(
  { docker, runner, name }: Pick<Project, "docker" | "runner" | "name">,
): Promise<string> {
  const script = `docker ps -aq --no-trunc --filter "label=luma.project=$1" | sort |
xargs -r docker container inspect
find /var/lib/luma -path "*$1*" -type f ! -name '*.mutex' -printf '%p %s %T@\\n' | sort
docker images --no-trunc --format '{{.Tag}} {{.ID}}' "luma/$1.*"`;
  const { stdout, status, stderr } = await runner.run({ argv: ["sh", "-c", script, "sh", name] });
  assert.equal(status, 0, stderr);
  const { routes } = await createProxyClient({ docker }).call("list", {});
  const own = JSON.stringify(routes.filter(({ project }) => project === name));
  // That time passes is the proxy's own doing.
  return stdout + own.replaceAll('"seal":"watched"', '"seal":"watching"');
}
