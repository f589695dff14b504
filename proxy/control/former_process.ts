/**
 * Knows the workers of a process that this one has replaced, while they end their work.
 *
 * The rule: to the pool they are one more worker, so that a switch is true for them as well, and a drain
 * waits for what they answer. The former process asks for its messages with `follow`, and answers each
 * with a `followed` of its own.
 *
 * @module
 */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { Failure } from "../api.ts";
import { PROTOCOL } from "../worker/protocol.ts";
import { failure, OperationError } from "./failure.ts";
import { readLines, toLine } from "./json_lines.ts";
import { readInteger, readObject, readText } from "./json_shape.ts";
import type { WorkerChild } from "./worker_process.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** The former processes that follow this one. */
export class FormerProcesses {
  readonly #children = new Map<string, FormerChild>();
  #tellFirst: () => void = () => {};
  /** Resolves when one routes by what this process has it route by. */
  readonly first: Promise<void> = new Promise((resolve) => this.#tellFirst = resolve);

  /** Carries out `follow`: tells a former process what a worker would be told, until it is gone. */
  async *follow(pool: WorkerPool, request: unknown, signal: AbortSignal): AsyncGenerator<unknown> {
    const { id, pid } = readFormer(request);
    if (!speaksThis(request)) throw new OperationError(unknownProtocol());
    const child = new FormerChild(pid);
    this.#children.set(id, child);
    const onGone = (): void => child.kill();
    signal.addEventListener("abort", onGone);
    pool.adopt(child).then(this.#tellFirst);
    try {
      yield* child.messages();
    } finally {
      signal.removeEventListener("abort", onGone);
      child.kill();
      if (this.#children.get(id) === child) this.#children.delete(id);
    }
  }

  /** Carries out `followed`: takes what a former process answers. */
  async *followed(request: unknown): AsyncGenerator<unknown> {
    const { message } = readObject(request, "request");
    this.#children.get(readFormer(request).id)?.stdout.write(toLine(message));
    yield { kind: "taken" };
  }
}

/** Process ids are no names: each container counts its own from 1. */
function readFormer(request: unknown): { readonly id: string; readonly pid: number } {
  const { id, pid } = readObject(request, "request");
  return { id: readText(id, "id"), pid: readInteger(pid, "pid") };
}

function speaksThis(request: unknown): boolean {
  return readObject(request, "request")["protocol"] === PROTOCOL;
}

/** To a process of another version this one is what one without the operation would be. */
function unknownProtocol(): Failure {
  return failure(
    "unknown operation",
    `Cannot be followed: this luma-proxy tells its workers messages of protocol ${PROTOCOL}`,
  );
}

class FormerChild extends EventEmitter implements WorkerChild {
  readonly pid: number;
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly #waiting: unknown[] = [];
  #isGone = false;
  #wake = (): void => {};

  constructor(pid: number) {
    super();
    this.pid = pid;
    readLines(this.stdin, (line) => {
      this.#waiting.push(JSON.parse(line));
      this.#wake();
    });
  }

  async *messages(): AsyncGenerator<unknown> {
    while (!this.#isGone) {
      yield* this.#waiting.splice(0);
      if (this.#waiting.length > 0 || this.#isGone) continue;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** It cannot be ended from here: it is not listened to any more. */
  kill(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#wake();
    this.emit("exit", null, "it is gone");
  }
}
