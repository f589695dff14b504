/**
 * Sends GETs at a steady rate, at instants that chance chooses, whether or not the last was answered:
 * `steady_client.ts OPTIONS`, a process of its own; prints a {@link SteadyResult}, both as JSON.
 *
 * The rule: a request's time begins when it was due, not when a connection was free to send it, so that a
 * proxy which halts pays for all that would have come meanwhile. It never sleeps, for a timer's
 * millisecond is longer than what is measured; and it knows when it was halted itself, by its collector
 * or another program: that time is taken off. (To leave out the requests that overlap would hide the
 * slow ones, for they overlap most.)
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import process from "node:process";

/** What is sent, and for how long. */
export interface SteadyOptions {
  readonly port: number;
  readonly host: string;
  /** Requests in a second, over all connections. */
  readonly rate: number;
  readonly seconds: number;
  /** What comes before and is not counted: this program has to become fast first. */
  readonly warmUpSeconds: number;
  readonly connections: number;
}

/** What came of it. */
export interface SteadyResult {
  /** Answered, those of the warm-up included. */
  readonly answered: number;
  /** Cut, refused, or answered with another status than 200; those of the warm-up included. */
  readonly lost: number;
  /** From when a request was due until its answer was there, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The share of the time in which this program was halted itself. */
  readonly haltedShare: number;
}

/** The body of every answer, in bytes. */
const BODY_BYTES = 100;
const END_OF_HEAD = Buffer.from("\r\n\r\n");
/** Between two turns that are further apart than this and their own work, something else ran. */
const HALT_MS = 0.25;
/** More than it takes to send a request, or to read an answer. */
const WORK_MS = 0.03;
/** Answers that are still missing then are lost. */
const PATIENCE_MS = 2_000;

/** Times in milliseconds; nothing is allocated while they come, for a collector's pause would count. */
class Times {
  readonly #values: Float64Array;
  #count = 0;

  constructor(limit: number) {
    this.#values = new Float64Array(limit);
  }

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    this.#values[this.#count++] = ms;
  }

  quantile(share: number): number {
    const sorted = this.#values.subarray(0, this.#count).sort();
    return sorted[Math.floor(this.#count * share)] ?? NaN;
  }
}

/** One connection, with one request at a time. */
class Lane {
  readonly socket: Socket;
  dueMs = 0;
  /** How long this program had been halted when the request was sent. */
  haltedMs = 0;
  isBusy = false;
  answer: Buffer | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }
}

class SteadyClient {
  readonly #options: SteadyOptions;
  readonly #request: Buffer;
  readonly #free: Lane[] = [];
  readonly #took: Times;
  /** Answered since the last turn. */
  readonly #answered: {
    readonly dueMs: number;
    readonly haltedMs: number;
    readonly tookMs: number;
  }[] = [];
  #countedFromMs = 0;
  /** So far, in all. */
  #haltedMs = 0;
  #answeredCount = 0;
  #inFlight = 0;
  #lost = 0;

  constructor(options: SteadyOptions) {
    this.#options = options;
    this.#request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${options.host}\r\n\r\n`);
    this.#took = new Times(Math.ceil(options.rate * options.seconds * 1.5) + 1_000);
  }

  async run(): Promise<SteadyResult> {
    const { connections, warmUpSeconds, seconds } = this.#options;
    await Promise.all(Array.from({ length: connections }, () => this.#open()));
    const startMs = performance.now();
    this.#countedFromMs = startMs + warmUpSeconds * 1000;
    const endMs = this.#countedFromMs + seconds * 1000;
    await new Promise<void>((resolve) => this.#keepSending(startMs, endMs, resolve));
    return {
      answered: this.#answeredCount,
      lost: this.#lost + this.#inFlight,
      p50Ms: this.#took.quantile(0.5),
      p99Ms: this.#took.quantile(0.99),
      haltedShare: this.#haltedMs / (performance.now() - startMs),
    };
  }

  #keepSending(firstDueMs: number, endMs: number, done: () => void): void {
    const meanMs = 1000 / this.#options.rate;
    let dueMs = firstDueMs;
    let lastTurnMs = performance.now();
    let sent = 0;
    const turn = () => {
      const nowMs = performance.now();
      const haltedMs = nowMs - lastTurnMs - WORK_MS * (sent + this.#answered.length);
      lastTurnMs = nowMs;
      if (haltedMs > HALT_MS) {
        this.#haltedMs += haltedMs;
        // What was due meanwhile would come in one burst, which nobody asked for.
        dueMs += haltedMs;
      }
      this.#count();
      sent = 0;
      while (dueMs <= nowMs && dueMs < endMs && this.#free.length > 0) {
        this.#send(dueMs);
        sent++;
        // Independent clients: the times between them are exponential.
        dueMs -= Math.log(1 - Math.random()) * meanMs;
      }
      if (dueMs < endMs || (this.#inFlight > 0 && nowMs < endMs + PATIENCE_MS)) setImmediate(turn);
      else done();
    };
    turn();
  }

  /** Counts what was answered since the last turn; a halt in which an answer came is known by now. */
  #count(): void {
    for (const { dueMs, haltedMs, tookMs } of this.#answered) {
      if (dueMs < this.#countedFromMs) continue;
      this.#took.add(Math.max(0, tookMs - (this.#haltedMs - haltedMs)));
    }
    this.#answered.length = 0;
  }

  #send(dueMs: number): void {
    const lane = this.#free.pop()!;
    lane.dueMs = dueMs;
    lane.haltedMs = this.#haltedMs;
    lane.isBusy = true;
    this.#inFlight++;
    lane.socket.write(this.#request);
  }

  #take(lane: Lane, bytes: Buffer): void {
    const answer = lane.answer === undefined ? bytes : Buffer.concat([lane.answer, bytes]);
    const end = answer.indexOf(END_OF_HEAD);
    if (end === -1 || answer.length < end + END_OF_HEAD.length + BODY_BYTES) {
      lane.answer = answer;
      return;
    }
    // A status of three digits stands at 9.
    if (answer.toString("latin1", 9, 12) !== "200") return void lane.socket.destroy();
    lane.answer = undefined;
    lane.isBusy = false;
    this.#inFlight--;
    this.#free.push(lane);
    this.#answeredCount++;
    const { dueMs, haltedMs } = lane;
    this.#answered.push({ dueMs, haltedMs, tookMs: performance.now() - dueMs });
  }

  /** A connection that ends between two requests is the proxy's right; one that ends in one is not. */
  #drop(lane: Lane): void {
    if (lane.isBusy) {
      this.#inFlight--;
      this.#lost++;
    } else {
      this.#free.splice(this.#free.indexOf(lane), 1);
    }
    this.#open().catch(() => this.#lost++);
  }

  #open(): Promise<void> {
    const { port } = this.#options;
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        const lane = new Lane(socket);
        socket.off("error", reject);
        socket.on("error", () => socket.destroy());
        socket.on("data", (bytes: Buffer) => this.#take(lane, bytes));
        socket.on("close", () => this.#drop(lane));
        this.#free.push(lane);
        resolve();
      });
    });
  }
}

const options = JSON.parse(process.argv[2] ?? "") as SteadyOptions;
process.stdout.write(JSON.stringify(await new SteadyClient(options).run()) + "\n");
process.exit(0);
