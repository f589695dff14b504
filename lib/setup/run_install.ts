/**
 * Carries out the steps of an installation.
 *
 * The rule: each step is said before it is done, and what a program on the server said when it failed
 * is shown in its own words.
 *
 * @module
 */
import { DockerError } from "../docker/docker_error.ts";
import type { Docker } from "../docker/types.ts";
import { LumaError } from "../error.ts";
import type { Report } from "../report/events.ts";
import type { Runner } from "../ssh/runner.ts";
import { installArgv, isRootStep, type RootStep } from "./install_script.ts";
import { describeInstallStep, type InstallStep } from "./install_step.ts";

/** A connection to the server. */
export interface InstallSession {
  readonly runner: Runner;
  readonly docker: Docker;
}

/** Everything that an installation acts through. */
export interface InstallEffects<Session extends InstallSession> {
  readonly session: Session;
  /** Logs in anew; none where that cannot be done from here, as on this machine. */
  readonly reconnect?: () => Promise<Session>;
  /** How root's steps are done. */
  readonly sudo: boolean;
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: Report;
}

/** Packages may come over a slow line, and another run of apt is waited for. */
const STEP_MS = 1_200_000;
const ANSWER_MS = 60_000;
const ASK_EVERY_MS = 300;

/**
 * Carries out the steps in their order.
 *
 * @returns The connection that is to be used from now on.
 */
export async function runInstall<Session extends InstallSession>(
  steps: readonly InstallStep[],
  effects: InstallEffects<Session>,
  signal: AbortSignal,
): Promise<Session> {
  let { session } = effects;
  let warnings: readonly string[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    effects.report({
      kind: "setup",
      server: session.runner.server,
      message: describeInstallStep(step),
    });
    if (isRootStep(step)) {
      warnings = await runRootStep(step, { ...effects, warnings });
    } else if (step.kind === "log-in-again") {
      session = await logInAgain(step.user, effects);
    } else {
      await waitForDocker(session.docker, effects, signal);
    }
  }
  return session;
}

interface RootEffects {
  readonly session: InstallSession;
  readonly sudo: boolean;
  /** What an earlier step said, which may be why this one fails: a mirror that was not reached. */
  readonly warnings: readonly string[];
}

/**
 * Not ended by an abort: apt would be cut in the middle, or go on unseen.
 *
 * @returns Warnings of the step.
 */
async function runRootStep(
  step: RootStep,
  { session: { runner }, sudo, warnings }: RootEffects,
): Promise<readonly string[]> {
  const output = await runner.run({ argv: installArgv(step, { sudo }), timeoutMs: STEP_MS });
  const words = pickWords(output.stderr);
  if (output.status === 0) return words.filter((line) => line.startsWith("W: "));
  const said = words.length === 0 ? [`it ended with status ${output.status}`] : words;
  const lines = [...new Set([...warnings, ...said])].slice(-MOST_LINES);
  const hint = hintOf(step, lines.join("\n"), runner.server);
  throw new LumaError(
    `Cannot set up ${runner.server}: ${programOf(step)} failed\n${
      lines.map((line) => `  ${line}`).join("\n")
    }`,
    hint === undefined ? {} : { hint },
  );
}

const MOST_LINES = 12;

/** apt's own errors and warnings, where there are any; else the last lines. */
function pickWords(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const marked = lines.filter((line) => /^(E|W|Err|dpkg|sudo)\b.*:/.test(line));
  return (marked.length > 0 ? marked : lines).slice(-MOST_LINES);
}

function programOf(step: RootStep): string {
  switch (step.kind) {
    case "refresh-packages":
      return "`apt-get update`";
    case "limit-logs":
      return "writing /etc/docker/daemon.json";
    case "install-packages":
      return "`apt-get install`";
    case "start-docker":
      return "starting Docker";
    case "join-group":
      return "`usermod`";
  }
}

function hintOf(step: RootStep, words: string, server: string): string | undefined {
  const again = `then: luma setup ${server}`;
  switch (step.kind) {
    case "refresh-packages":
    case "install-packages":
      if (/No space left/i.test(words)) return `Make room on ${server}, ${again}`;
      if (/dpkg --configure/.test(words)) return `On ${server}: sudo dpkg --configure -a; ${again}`;
      if (/Could not get lock/.test(words)) {
        return `Wait until the other program that installs packages there has ended, ${again}`;
      }
      if (/Unable to locate package|no installation candidate/.test(words)) {
        return `Let apt on ${server} know a source that has docker.io (on Ubuntu: universe), ${again}`;
      }
      return `Check that ${server} reaches its packages (names, network, proxy), ${again}`;
    case "start-docker":
      return `See why on ${server}: journalctl -u docker, or /var/log/docker.log; ${again}`;
    case "limit-logs":
    case "join-group":
      return undefined;
  }
}

async function logInAgain<Session extends InstallSession>(
  user: string,
  { session, reconnect }: InstallEffects<Session>,
): Promise<Session> {
  if (reconnect !== undefined) return await reconnect();
  throw new LumaError(
    `${user} may use Docker on ${session.runner.server} from the next login on, and this is an older one`,
    {
      hint:
        `Log out and in again (or type: newgrp docker), then: luma setup ${session.runner.server}`,
    },
  );
}

interface WaitEffects {
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

async function waitForDocker(
  docker: Docker,
  { now, wait }: WaitEffects,
  signal: AbortSignal,
): Promise<void> {
  const deadline = now() + ANSWER_MS;
  for (;;) {
    try {
      await docker.info(signal);
      return;
    } catch (error) {
      const isStarting = error instanceof DockerError && error.kind === "daemon-down";
      if (!isStarting || now() > deadline) throw error;
    }
    await wait(ASK_EVERY_MS, signal);
  }
}
