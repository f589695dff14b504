import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { test } from "node:test";
import type { StepKind } from "../../../lib/plan/types.ts";
import type { LabEnv } from "../../lab/lab_env.ts";
import {
  commandOf,
  listDescendants,
  startDeploy,
  untilStep,
  waitFor,
  waitUntilGone,
} from "./crash_run.ts";
import { requireAtRest, withCrashSite } from "./crash_site.ts";
import { visit } from "./visit.ts";

const ENDS: readonly (readonly [NodeJS.Signals, StepKind])[] = [
  ["SIGTERM", "watch"],
  ["SIGKILL", "add-alias"],
  ["SIGKILL", "drop-alias"],
];

test("apps and proxy serve again after the Docker daemon was restarted, and nothing is to be done", () =>
  withCrashSite({}, async (site) => {
    const { lab, load, host, lumaOk } = site;
    await restartDaemon(lab, "SIGTERM");
    await waitFor(() => site.docker.info().catch(() => undefined));
    // Docker may start luma-proxy before the container whose network it joins, and then does not try
    // again (https://github.com/moby/moby/issues/50326): that container stands in for it.
    await waitFor(async () => await serves(lab, host, "v1") || undefined, 120_000);
    await lumaOk("setup");
    await requireAtRest(site, { version: "v1", when: "after the restart" });
    const { failed } = load.snapshot();
    const version = await site.next();
    await lumaOk("deploy");
    await requireAtRest(site, { version, when: "after a deployment" });
    assert.equal(load.snapshot().failed, failed, "requests were lost after the restart");
  }));

test("luma deploy converges after a restart of the Docker daemon in the middle of another one", () =>
  withCrashSite({}, async (site) => {
    const { lab, load, host, luma, lumaOk, next } = site;
    for (const [signal, step] of ENDS) {
      const version = await next();
      const deployment = startDeploy(site);
      await untilStep(deployment, step);
      await restartDaemon(lab, signal);
      const ended = await deployment.ended;
      const said = `${signal} at ${step}: ${ended.code} ${ended.stdout}${ended.stderr}`;
      assert.ok([0, 3, 4].includes(ended.code ?? -1), said);
      await waitFor(async () => await serves(lab, host) || undefined, 120_000);
      await lumaOk("status");
      const again = await luma("deploy");
      assert.equal(again.code, 0, `${again.stdout}${again.stderr}; ${said}`);
      await requireAtRest(site, { version, when: `after ${said}` });
    }
    const { failed } = load.snapshot();
    await lumaOk("deploy", "--force");
    assert.equal(load.snapshot().failed, failed, "requests were lost after the restarts");
  }));

/** Ends the lab's dockerd, and starts it again in the same namespaces. */
async function restartDaemon({ dockerHost }: LabEnv, signal: NodeJS.Signals): Promise<void> {
  const folder = dirname(dockerHost.replace("unix://", ""));
  const dockerd = Number(readFileSync(`${folder}/docker.pid`, "utf8"));
  // Its sshd lives in the same namespaces, and goes on.
  const target = readFileSync(`${folder}/sshd.pid`, "utf8").trim();
  const containerd = listDescendants(dockerd).filter((pid) =>
    commandOf(pid).includes(" --config ")
  );
  process.kill(dockerd, signal);
  await waitUntilGone([dockerd, ...containerd]);
  // Until somebody collects what has ended, the next ones would take it for programs that run.
  for (const file of ["docker.pid", "exec/containerd/containerd.pid"]) {
    rmSync(`${folder}/${file}`, { force: true });
  }
  const log = openSync(`${folder}/log`, "a");
  const { DOCKER_HOST: _, ...env } = process.env;
  const started = spawn("nsenter", [
    ...["--mount", "--net", "--target", target],
    ...["dockerd", "--config-file", `${folder}/daemon.json`],
  ], { detached: true, stdio: ["ignore", log, log], env });
  closeSync(log);
  started.unref();
}

async function serves(lab: LabEnv, host: string, version?: string): Promise<boolean> {
  try {
    const answer = await visit(lab, host, { limitMs: 5_000 });
    return answer.status === 200 && (version === undefined || answer.version === version);
  } catch {
    // Nothing listens yet.
    return false;
  }
}
