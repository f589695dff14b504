/**
 * The second part of the demo: five deployments under continuous load, and one table.
 *
 * The rule: it deploys with the command, like a person, and judges by what its visitors saw alone.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createPlainReporter } from "../../lib/report/plain_reporter.ts";
import {
  formatFailure,
  isAnsweredBy,
  makeReport,
  type Sample,
} from "../../tests/load/load_report.ts";
import { type Load, startLoad } from "../../tests/load/start_load.ts";
import { type Act, formatTable } from "./format_table.ts";
import { type Deployment, runDeploy } from "./run_deploy.ts";

/** What the show is told by `examples/demo`. */
interface Stage {
  readonly folder: string;
  readonly project: string;
  readonly image: string;
  readonly address: string;
  readonly port: number;
  readonly httpPort: string;
  readonly httpsPort: string;
}

/** One deployment of the show, and how it must end. */
interface Scene {
  readonly title: string;
  readonly tag: string;
  readonly replicas: number;
  readonly outcome: Deployment["outcome"];
  /** Seconds of a request that is sent before it, and must be answered after it. */
  readonly spanningSeconds?: number;
}

const HOST = "blog.demo.localhost";
const FIRST: Scene = { title: "v1, the first", tag: "v1", replicas: 1, outcome: "deployed" };
/** The version that is healthy, and then answers 500: what it answers itself is counted apart. */
const FLAKY = "v4";
const BROKEN = "v3";
const SCENES: readonly Scene[] = [
  { title: "v2", tag: "v2", replicas: 1, outcome: "deployed", spanningSeconds: 40 },
  { title: "v3, never healthy", tag: BROKEN, replicas: 1, outcome: "refused" },
  { title: "v4, fails when used", tag: FLAKY, replicas: 1, outcome: "switched back" },
  { title: "v2, 4 replicas", tag: "v2", replicas: 4, outcome: "deployed" },
];
const WARM_UP_MS = 2000;
/** Visits go on until there were so many, but not for longer than so long. */
const ENOUGH_REQUESTS = 20_000;
const LONGEST_WAIT_MS = 60_000;

async function main(stage: Stage, signal: AbortSignal): Promise<number> {
  const problems: string[] = [];
  const play = async (scene: Scene): Promise<Deployment> => {
    const deployment = await playScene(stage, scene, signal);
    if (deployment.outcome !== scene.outcome) {
      const why = deployment.error === undefined ? "" : `: ${deployment.error}`;
      problems.push(`${scene.title}: ${deployment.outcome} instead of ${scene.outcome}${why}`);
    }
    return deployment;
  };
  await play(FIRST);
  if (problems.length > 0) return conclude({ problems, requests: 0, failed: 0 });
  const load = startLoad({ address: stage.address, port: stage.port, host: HOST });
  say(`\nVisitors arrive: http://${stage.address}:${stage.port}, Host: ${HOST}`);
  const acts: Act[] = [];
  try {
    await sleep(WARM_UP_MS, undefined, { signal });
    for (const scene of SCENES) {
      const before = load.samples.length;
      if (scene.spanningSeconds !== undefined) void load.request(scene.spanningSeconds);
      const deployment = await play(scene);
      signal.throwIfAborted();
      acts.push({ title: scene.title, deployment, during: load.samples.slice(before) });
    }
    await waitForEnough(load, signal);
  } finally {
    if (!signal.aborted) say("\nVisitors leave, when they have their answers.");
    await Promise.race([load.stop(), onAbort(signal)]);
  }
  say("");
  formatTable(acts, load.samples, FLAKY).forEach(say);
  return judge(load.samples, problems);
}

/** Writes the scene's luma.yml, and deploys it; the lines are those of the command. */
async function playScene(stage: Stage, scene: Scene, signal: AbortSignal): Promise<Deployment> {
  const file = join(stage.folder, "luma.yml");
  writeFileSync(file, formatConfig(stage, scene));
  say(
    `\n$ luma deploy blog        # image: ${stage.image}:${scene.tag}, replicas: ${scene.replicas}`,
  );
  const print = createPlainReporter({
    out: say,
    err: say,
    quiet: false,
    verbose: false,
    color: false,
  });
  return await runDeploy(file, print, signal);
}

function formatConfig(stage: Stage, { tag, replicas }: Scene): string {
  return `name: ${stage.project}
proxy:
  http_port: ${stage.httpPort}
  https_port: ${stage.httpsPort}
apps:
  blog:
    image: "${stage.image}:${tag}"
    replicas: ${replicas}
    proxy:
      hosts: ["${HOST}"]
      app_port: 3000
`;
}

async function waitForEnough(load: Load, signal: AbortSignal): Promise<void> {
  const giveUpAtMs = Date.now() + LONGEST_WAIT_MS;
  while (load.samples.length < ENOUGH_REQUESTS && Date.now() < giveUpAtMs) {
    await sleep(500, undefined, { signal });
  }
}

function judge(samples: readonly Sample[], problems: readonly string[]): number {
  const own = samples.filter((sample) => isAnsweredBy(FLAKY, sample));
  const { failures, failed, byVersion } = makeReport(
    samples.filter((sample) => !isAnsweredBy(FLAKY, sample)),
  );
  for (const group of failures) say(formatFailure(group, samples[0]?.startedAtMs ?? 0));
  say(`${FLAKY} itself answered ${own.length} requests with 5xx while it was live: counted apart.`);
  const byBroken = byVersion[BROKEN] ?? 0;
  return conclude({
    problems: [
      ...problems,
      ...(byBroken > 0 ? [`${BROKEN} was never healthy, and answered ${byBroken} requests`] : []),
      ...(own.length === 0 ? [`${FLAKY} answered nothing, so it showed nothing`] : []),
    ],
    requests: samples.length,
    failed,
  });
}

function conclude(end: {
  readonly problems: readonly string[];
  readonly requests: number;
  readonly failed: number;
}): number {
  for (const problem of end.problems) say(`Not as it must be (counts as failed): ${problem}`);
  const failed = end.failed + end.problems.length;
  say(`demo: ${end.requests} requests, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function onAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readStage(args: readonly string[]): Stage {
  const text = { type: "string", default: "" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: text,
      project: text,
      image: text,
      address: text,
      port: text,
      "http-port": text,
      "https-port": text,
    },
  });
  const { folder, project, image, address } = values;
  return {
    folder,
    project,
    image,
    address,
    port: Number(values.port),
    httpPort: values["http-port"],
    httpsPort: values["https-port"],
  };
}

if (import.meta.main) {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stopping.abort());
  try {
    process.exit(await main(readStage(process.argv.slice(2)), stopping.signal));
  } catch (error) {
    if (stopping.signal.aborted) process.exit(130);
    process.stderr.write(`The show ended: ${error instanceof Error ? error.message : error}\n`);
    say("demo: 0 requests, 1 failed");
    process.exit(1);
  }
}
