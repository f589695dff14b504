/**
 * Writes lines to a file, or to a standard stream, without anybody waiting for it.
 *
 * The rule: a full disk, a reader that does not read, a folder that is not there cost lines, which are
 * counted, and never time. One write is under way at a time; what comes meanwhile waits, bounded.
 *
 * A file that was renamed or removed is made anew, so that tools which rotate logs need to tell nobody.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  close,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  stat,
  write,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import type { LineSink } from "../engine/access_log.ts";

/** Where lines go, and how patiently. */
export interface LogFileOptions {
  /** `-` is a standard stream. */
  readonly path: string;
  /** The descriptor of that stream; standard error unless given. */
  readonly stream?: 1 | 2;
  readonly now: () => number;
  readonly limits?: Partial<LogFileLimits>;
}

/** The limits of a log. */
export interface LogFileLimits {
  /** Characters that wait while an earlier write is under way; lines beyond them are lost. */
  readonly maxWaiting: number;
  /** Milliseconds that lines wait for more. */
  readonly flushMs: number;
  /** Milliseconds between two looks whether the file is still the one at its path. */
  readonly checkMs: number;
  /** Milliseconds until what failed is tried again. */
  readonly retryMs: number;
}

const LIMITS: LogFileLimits = { maxWaiting: 1 << 20, flushMs: 200, checkMs: 1_000, retryMs: 1_000 };
/** So many characters are written at once without waiting for more. */
const FULL = 1 << 16;
/** Writes to a pipe are not mixed with those of others up to this length (POSIX: PIPE_BUF). */
const PIPE_BYTES = 4096;
const STDERR = 2;
/** Milliseconds until a full pipe is tried again: from the first to the last. */
const FIRST_PAUSE_MS = 1;
const LAST_PAUSE_MS = 100;
const LF = 0x0a;

const openFile = promisify(open);
const closeFile = promisify(close);
const statPath = promisify(stat);
const statFile = promisify(fstat);

/** A log. */
export class LogFile implements LineSink {
  readonly #path: string;
  readonly #stream: 1 | 2;
  readonly #now: () => number;
  readonly #limits: LogFileLimits;
  #waiting = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #file: number | undefined;
  /** Whether a write says that it would have to wait, instead of waiting. */
  #isPatient = false;
  #checkedAtMs = 0;
  #retryAtMs = 0;
  #isTorn = false;
  #isClosing = false;
  #isOver = false;
  /** Lines that were lost since it began. */
  lostLines = 0;
  /** Why the last of them were lost. */
  error: string | undefined;

  constructor({ path, stream = STDERR, now, limits }: LogFileOptions) {
    this.#path = path;
    this.#stream = stream;
    this.#now = now;
    this.#limits = { ...LIMITS, ...limits };
  }

  write(line: string): void {
    if (this.#waiting.length + line.length > this.#limits.maxWaiting) {
      return this.#lose(1, "it is not written as fast as requests come");
    }
    this.#waiting += line;
    if (this.#waiting.length >= FULL) this.#start();
    else this.#startLater();
  }

  /** Ends it: writes what waits, for `limitMs` at most. */
  async close(limitMs: number): Promise<void> {
    this.#isClosing = true;
    this.#start();
    this.#writing ??= this.#closeFile();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([this.#writing, tooLate]);
    this.#isOver = true;
    clearTimeout(timer);
    clearTimeout(this.#timer);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting === "") return;
    this.#writing ??= this.#writeMuch().finally(() => {
      this.#writing = undefined;
      if (this.#waiting !== "") this.#startLater();
    });
  }

  #startLater(): void {
    this.#timer ??= setTimeout(() => this.#start(), this.#limits.flushMs);
  }

  /** What came meanwhile waits for more again: many short writes would cost more than the lines. */
  async #writeMuch(): Promise<void> {
    do {
      const text = this.#waiting;
      this.#waiting = "";
      await this.#writeText(text);
    } while (this.#waiting.length >= FULL || (this.#isClosing && this.#waiting !== ""));
    if (this.#isClosing) await this.#closeFile();
  }

  async #writeText(text: string): Promise<void> {
    const bytes = Buffer.from(this.#isTorn ? `\n${text}` : text, "utf8");
    let at = 0;
    try {
      const file = await this.#current();
      while (at < bytes.length) {
        at += await this.#writeSome(file, bytes.subarray(at, this.#pieceEnd(bytes, at)));
      }
      this.#isTorn = false;
    } catch (error) {
      const rest = bytes.subarray(at);
      this.#lose(rest.filter((octet) => octet === LF).length, (error as Error).message);
      // Where nothing was written, the file ends as it did before.
      if (at > 0) this.#isTorn = bytes[at - 1] !== LF;
      await this.#giveUp();
    }
  }

  /** A standard stream is shared with others: what must not be mixed has to be one short write. */
  #pieceEnd(bytes: Buffer, at: number): number {
    if (this.#path !== "-" || bytes.length - at <= PIPE_BYTES) return bytes.length;
    const end = bytes.lastIndexOf(LF, at + PIPE_BYTES - 1) + 1;
    return end > at ? end : at + PIPE_BYTES;
  }

  /** A pipe that is full and does not let its writer wait is tried again. */
  async #writeSome(file: number, bytes: Buffer): Promise<number> {
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
      try {
        return this.#isPatient ? writeSync(file, bytes) : await writeBytes(file, bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || this.#isOver) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  /** The file at the path. */
  async #current(): Promise<number> {
    if (this.#path === "-") return this.#file ??= this.#openStream();
    const nowMs = this.#now();
    if (this.#file !== undefined && nowMs - this.#checkedAtMs >= this.#limits.checkMs) {
      this.#checkedAtMs = nowMs;
      if (!await this.#isAtPath(this.#file)) await this.#closeFile();
    }
    if (this.#file !== undefined) return this.#file;
    if (nowMs < this.#retryAtMs) throw new Error(this.error);
    this.#checkedAtMs = nowMs;
    this.#file = await openFile(this.#path, "a", 0o640);
    return this.#file;
  }

  /**
   * The stream, where it is a pipe by a description of its own, whose writes do not wait: a thread that
   * waits for a reader may be the only one that this process has for files.
   */
  #openStream(): number {
    try {
      if (!fstatSync(this.#stream).isFIFO()) return this.#stream;
      const flags = constants.O_WRONLY | constants.O_NONBLOCK;
      const file = openSync(`/proc/self/fd/${this.#stream}`, flags);
      this.#isPatient = true;
      return file;
    } catch {
      return this.#stream; // No /proc, or the pipe of another user: a thread waits.
    }
  }

  async #isAtPath(file: number): Promise<boolean> {
    try {
      const [wanted, own] = await Promise.all([statPath(this.#path), statFile(file)]);
      return wanted.ino === own.ino && wanted.dev === own.dev;
    } catch {
      return false; // Removed: opening it makes it anew, or says why it cannot be.
    }
  }

  async #giveUp(): Promise<void> {
    this.#retryAtMs = this.#now() + this.#limits.retryMs;
    await this.#closeFile();
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    if (file === undefined || file === this.#stream) return;
    this.#file = undefined;
    this.#isPatient = false;
    await closeFile(file).catch(() => {}); // Nothing can be done about it, and nothing depends on it.
  }

  #lose(count: number, reason: string): void {
    this.lostLines += count;
    this.error = reason;
  }
}

function writeBytes(file: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(
      file,
      bytes,
      0,
      bytes.length,
      null,
      (error, count) => error === null ? resolve(count) : reject(error),
    );
  });
}
