/**
 * Starts programs on one processor, and asks the kernel what they cost.
 *
 * The rule: a program counts with all its children, and nothing that was started here outlives `stop`.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../../lab/run_tool.ts";

/** The kernel counts a process's time in these, USER_HZ, on every Linux that Bun runs on. */
const TICK_MICROSECONDS = 10_000;

/** A program that runs. */
export interface Running {
  /** User and system time of it and its children so far, in microseconds. */
  cpuMicroseconds(): number;
  /** Memory of it and its children that is in use now, in bytes: private pages, and its share of others. */
  memoryBytes(): number;
  stop(): Promise<void>;
}

/** How a program is started. */
export interface StartOptions {
  /** The processors that it may use: `0`, or `0,1`. */
  readonly cpus: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file for what it prints; nobody reads it otherwise. */
  readonly stdout?: string;
}

/** Starts `argv`; it runs when its port answers. */
export async function startProgram(
  argv: readonly string[],
  port: number,
  options: StartOptions,
): Promise<Running> {
  const printed = openSync(options.stdout ?? "/dev/null", "a");
  const child = spawn("taskset", ["-c", options.cpus, ...argv], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", printed, "pipe"],
  });
  closeSync(printed);
  let words = "";
  child.stderr?.on("data", (bytes) => words = `${words}${bytes}`.slice(-2_000));
  await waitForPort(port, child, () => words);
  const pid = child.pid ?? 0;
  return {
    cpuMicroseconds: () => sum(treeOf(pid).map(cpuTicks)) * TICK_MICROSECONDS,
    memoryBytes: () => sum(treeOf(pid).map(proportionalBytes)),
    async stop() {
      const ended = new Promise<void>((done) => child.once("exit", () => done()));
      if (child.exitCode !== null) return;
      const tree = treeOf(pid);
      child.kill("SIGTERM");
      const late = setTimeout(() => tree.forEach(killHard), 3_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Tells a program that runs what it has to do; where that fails, it is stopped. */
export async function prepareProgram(
  running: Running,
  prepare: () => Promise<void>,
): Promise<Running> {
  try {
    await prepare();
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Keeps this process, with all its threads, on the processors of `cpus`. */
export async function pinSelf(cpus: string): Promise<void> {
  await runTool(["taskset", "-a", "-c", "-p", cpus, String(process.pid)]);
}

async function waitForPort(port: number, child: ChildProcess, words: () => string): Promise<void> {
  for (let left = 100; left > 0; left--) {
    if (child.exitCode !== null) break;
    if (await accepts(port)) return;
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`Cannot start ${child.spawnargs.join(" ")}: ${words() || "port is silent"}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

/** A process with all its descendants. */
function treeOf(root: number): readonly number[] {
  const parents = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .flatMap((pid) => {
      const parent = Number(statOf(pid)?.[1]);
      return Number.isNaN(parent) ? [] : [{ pid, parent }];
    });
  const tree = [root];
  for (const member of tree) {
    tree.push(...parents.filter(({ parent }) => parent === member).map(({ pid }) => pid));
  }
  return tree;
}

/** The words of /proc/PID/stat behind the name: state, parent, …; none for a process that is gone. */
function statOf(pid: number): readonly string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Of it, and of children that ended and were waited for. See proc(5). */
function cpuTicks(pid: number): number {
  const stat = statOf(pid);
  return stat === undefined ? 0 : sum([11, 12, 13, 14].map((index) => Number(stat[index])));
}

function proportionalBytes(pid: number): number {
  const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
  return Number(pss ?? 0) * 1024;
}

function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile, which is what is wanted.
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
