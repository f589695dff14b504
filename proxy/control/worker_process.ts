/**
 * One worker, as the control process sees it: a child that is told snapshots and asked questions.
 *
 * The rule: every question is answered, or fails when the worker is gone.
 *
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import type { Color, DrainingRequest, RouteKey } from "../api.ts";
import type { FromWorker, Snapshot, ToWorker, WorkerReport } from "../worker/protocol.ts";
import { readLines, toLine } from "./json_lines.ts";
import { workerEnvironment } from "./self_command.ts";

/** That a worker took up a snapshot. */
export type Applied = Extract<FromWorker, { readonly kind: "applied" }>;
/** That a worker could not reach an endpoint. */
export type EndpointFailed = Extract<FromWorker, { readonly kind: "endpoint failed" }>;

/** As much of a child process as is needed; one that could not be started may have no streams. */
export interface WorkerChild {
  readonly pid?: number | undefined;
  readonly stdin?: Writable | null | undefined;
  readonly stdout?: Readable | null | undefined;
  once(event: "exit", listener: (code: number | null, signal: string | null) => void): unknown;
  once(event: "error", listener: (error: Error) => void): unknown;
  kill(signal: "SIGKILL"): unknown;
}

/** Starts a worker's process, with pipes for its standard input and output. */
export type SpawnWorker = (argv: readonly string[]) => WorkerChild;

/** What happens without having been asked for. */
export interface WorkerCallbacks {
  readonly onEndpointFailed: (message: EndpointFailed) => void;
  /** Text that is no message of the protocol. */
  readonly onNoise: (line: string) => void;
}

interface Question {
  readonly resolve: (message: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

/** A worker's process. */
export class WorkerProcess {
  /** Resolves when it listens; rejects when it ended before. */
  readonly ready: Promise<void>;
  /** Resolves with how it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  readonly #child: WorkerChild | undefined;
  readonly #callbacks: WorkerCallbacks;
  readonly #questions = new Map<string, Question>();
  #questionId = 0;
  #end: string | undefined;

  constructor(start: () => WorkerChild, callbacks: WorkerCallbacks) {
    this.#callbacks = callbacks;
    // Some causes of a failing start come as an event, others are thrown.
    try {
      this.#child = start();
    } catch (error) {
      this.#end = (error as Error).message;
    }
    this.ready = this.#expect("ready").then(() => undefined);
    this.ready.catch(() => {}); // Whoever waits for it learns of it; nobody has to.
    this.ended = this.#waitForEnd();
    // A worker that is gone is told by its exit; writing to it fails before that is known.
    this.#child?.stdin?.on("error", () => {});
    if (this.#child?.stdout) readLines(this.#child.stdout, (line) => this.#receive(line));
  }

  /** The process id; 0 where it could not be started. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Whether it ended. */
  get isGone(): boolean {
    return this.#end !== undefined;
  }

  /** Tells it what to route by; resolves when it does. */
  async apply(snapshot: Snapshot): Promise<Applied> {
    const answer = this.#expect(`applied ${snapshot.sequence}`);
    this.#send({ kind: "snapshot", snapshot });
    return await answer as Applied;
  }

  /** Asks for its counters. */
  async report(): Promise<WorkerReport> {
    const id = ++this.#questionId;
    const answer = this.#expect(`report ${id}`);
    this.#send({ kind: "report", id });
    return (await answer as Extract<FromWorker, { readonly kind: "report" }>).report;
  }

  /** Has it close the streams of a color that is not in use. */
  async closeStreams(key: RouteKey, color: Color): Promise<readonly DrainingRequest[]> {
    const id = ++this.#questionId;
    const answer = this.#expect(`closed ${id}`);
    this.#send({ kind: "close streams", id, color, project: key.project, app: key.app });
    return (await answer as Extract<FromWorker, { readonly kind: "closed" }>).closed;
  }

  /** Has it stop accepting, and end when nothing is left to answer. */
  retire(): void {
    this.#send({ kind: "retire" });
  }

  /** Ends it at once. */
  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  #waitForEnd(): Promise<string> {
    return new Promise((resolve) => {
      const end = (how: string) => {
        this.#end ??= how;
        this.#failAll();
        resolve(this.#end);
      };
      if (this.#end !== undefined) end(this.#end);
      this.#child?.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
      this.#child?.once("error", (error) => end(error.message));
    });
  }

  #send(message: ToWorker): void {
    if (this.#end === undefined) this.#child?.stdin?.write(toLine(message));
  }

  #expect(answer: string): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) reject(this.#goneError());
      else this.#questions.set(answer, { resolve, reject });
    });
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (message === undefined) return this.#callbacks.onNoise(line);
    if (message.kind === "endpoint failed") return this.#callbacks.onEndpointFailed(message);
    const name = nameOfAnswer(message);
    this.#questions.get(name)?.resolve(message);
    this.#questions.delete(name);
  }

  #failAll(): void {
    for (const question of this.#questions.values()) question.reject(this.#goneError());
    this.#questions.clear();
  }

  #goneError(): Error {
    return new Error(`worker ${this.pid} is gone: ${this.#end}`);
  }
}

/** Starts a worker as a child of this process. */
export function spawnWorker(argv: readonly string[]): WorkerChild {
  const [program = "", ...args] = argv;
  return spawn(program, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: workerEnvironment(process.env),
  });
}

function nameOfAnswer(message: Exclude<FromWorker, EndpointFailed>): string {
  switch (message.kind) {
    case "ready":
    case "retired":
      return message.kind;
    case "applied":
      return `applied ${message.sequence}`;
    case "report":
    case "closed":
      return `${message.kind} ${message.id}`;
  }
}

/** The child is this same program, so its messages are trusted; what is no JSON is noise. */
function parseMessage(line: string): FromWorker | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "kind" in value
      ? value as FromWorker
      : undefined;
  } catch {
    return undefined;
  }
}
