/**
 * Asks one replica whether it is healthy: a GET that must be answered with status 200.
 *
 * The rule: one attempt is one connection that nothing else uses, and its time covers all of it:
 * connecting, the request, the head of the answer. A redirect is a failure: what it leads to may be
 * answered by somebody else.
 *
 * @module
 */
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import type { HealthFailure } from "../api.ts";
import { type Answer, ClosedError, NotHttpError, readAnswer } from "./read_answer.ts";

/** Where to ask, and what. */
export interface HealthTarget {
  /** Address or host name, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  /** Path with query, from `/` on; none: that it accepts a connection is enough. */
  readonly path?: string;
  /** The `Host` to send; none: `address:port`. */
  readonly host?: string;
  /** The `X-Forwarded-Proto` to send; none: `http`. */
  readonly proto?: "http" | "https";
  /** The status that is wanted; none: 200. */
  readonly expect?: number;
  /** Whether to speak TLS; the certificate must be good for `address`. */
  readonly tls?: boolean;
}

/** What the replica answered when it was healthy. */
export interface HealthAnswer {
  /** None where nothing was asked. */
  readonly status?: number;
}

/** A replica that is not healthy. The message is the reason, and fits behind a colon. */
export class HealthCheckError extends Error {
  override readonly name = "HealthCheckError";
  /** Attempts that were made, this one included. */
  readonly attempts: number;
  /** The same reason, for programs. */
  readonly failure: HealthFailure;

  constructor(
    message: string,
    options: {
      readonly failure: HealthFailure;
      readonly attempts?: number;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.attempts = options.attempts ?? 1;
    this.failure = options.failure;
  }
}

/** How long an attempt may take, and what ends it early. */
export interface AttemptOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** How long and how often to ask. */
export interface WaitOptions extends AttemptOptions {
  /** Milliseconds for all attempts, from now on; 0: one attempt, which has its whole time. */
  readonly budgetMs: number;
  /** Milliseconds from the start of one attempt to the start of the next. */
  readonly everyMs: number;
  readonly now: () => number;
  /** Called with the reason of a failed attempt that another follows, when it is not the one before. */
  readonly onWaiting?: (attempts: number, reason: string) => void;
}

/**
 * Makes one attempt.
 *
 * @throws {HealthCheckError} When the answer is not the wanted one, or does not come in time.
 * @throws The signal's reason, when it is aborted.
 */
export async function checkHealth(
  target: HealthTarget,
  options: AttemptOptions,
): Promise<HealthAnswer> {
  options.signal?.throwIfAborted();
  const socket = openSocket(target);
  try {
    return await attempt(socket, target, options);
  } finally {
    socket.destroy();
  }
}

/**
 * Asks until the answer is the wanted one.
 *
 * @returns The attempts it took, and the milliseconds.
 * @throws {HealthCheckError} When no attempt succeeded in time, with the last telling reason.
 * @throws The signal's reason, when it is aborted.
 */
export async function waitUntilHealthy(
  target: HealthTarget,
  options: WaitOptions,
): Promise<{ readonly attempts: number; readonly afterMs: number }> {
  const { budgetMs, everyMs, timeoutMs, now, signal } = options;
  const startedMs = now();
  let reason: HealthCheckError | undefined;
  let told = "";
  for (let attempts = 1;; attempts++) {
    const beganMs = now();
    const leftMs = startedMs + budgetMs - beganMs;
    const cutShort = budgetMs > 0 && leftMs < timeoutMs;
    try {
      const limitMs = cutShort ? Math.max(1, leftMs) : timeoutMs;
      await checkHealth(target, { timeoutMs: limitMs, ...(signal && { signal }) });
      return { attempts, afterMs: now() - startedMs };
    } catch (error) {
      if (!(error instanceof HealthCheckError)) throw error;
      // An attempt that the budget cut short says less than the one before it.
      if (reason === undefined || !cutShort || !error.message.startsWith("no ")) {
        reason = error;
      }
    }
    const pauseMs = Math.max(0, everyMs - (now() - beganMs));
    if (now() + pauseMs >= startedMs + budgetMs) {
      const { message, failure } = reason;
      throw new HealthCheckError(message, { attempts, failure, cause: reason });
    }
    if (reason.message !== told) options.onWaiting?.(attempts, reason.message);
    told = reason.message;
    await pause(pauseMs, signal);
  }
}

function openSocket(target: HealthTarget): Socket {
  const { address: host, port } = target;
  return target.tls === true
    ? connectTls({ host, port, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) })
    : connectPlain({ host, port });
}

function attempt(
  socket: Socket,
  target: HealthTarget,
  options: AttemptOptions,
): Promise<HealthAnswer> {
  const where = formatAuthority(target.address, target.port);
  const { signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    let connected = false;
    const fail = (message: string, failure: HealthFailure, cause?: unknown) =>
      reject(new HealthCheckError(message, { failure, cause }));
    const timer = setTimeout(() => {
      const what = connected ? "answer" : "connection";
      const from = connected ? "from" : "to";
      fail(`no ${what} ${from} ${where} within ${timeoutMs / 1000} s`, { kind: `no ${what}` });
    }, timeoutMs);
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once(target.tls === true ? "secureConnect" : "connect", () => {
      connected = true;
      if (target.path === undefined) resolve({});
      else socket.write(formatRequest(target, where));
    });
    readAnswer(socket).then((answer) => {
      const bad = describeBadAnswer(target, answer);
      if (bad === undefined) resolve({ status: answer.status });
      else fail(bad, statusFailure(answer));
    }, (error: Error) => fail(describeError(where, error), failureOf(error), error)).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    });
  });
}

function formatRequest(target: HealthTarget, where: string): string {
  return [
    `GET ${target.path} HTTP/1.1`,
    `Host: ${target.host ?? where}`,
    `X-Forwarded-Proto: ${target.proto ?? "http"}`,
    "User-Agent: luma-health",
    "Accept: */*",
    "Connection: close",
    "\r\n",
  ].join("\r\n");
}

function describeBadAnswer(
  target: HealthTarget,
  answer: Answer,
): string | undefined {
  const { status, location, body } = answer;
  if (status === (target.expect ?? 200)) return undefined;
  const asked = `GET ${target.path}: ${status}`;
  if (location !== undefined && status >= 300 && status < 400) {
    return `${asked}, a redirect to ${location}`;
  }
  return body === "" ? asked : `${asked}: ${body}`;
}

function statusFailure({ status, location }: Answer): HealthFailure {
  return { kind: "status", status, ...(location !== undefined && { location }) };
}

function failureOf(error: Error): HealthFailure {
  if (error instanceof NotHttpError) return { kind: "not http", tls: error.isTls };
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case "ECONNREFUSED":
      return { kind: "refused" };
    case "ECONNRESET":
    case "EPIPE":
      return { kind: "closed" };
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { kind: "no connection" };
    default:
      return { kind: error instanceof ClosedError ? "closed" : "other" };
  }
}

function describeError(where: string, error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return `${where}: ${error.message}`;
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: "refused",
    ECONNRESET: "connection reset",
    EPIPE: "connection reset",
    EHOSTUNREACH: "host unreachable",
    ENETUNREACH: "network unreachable",
    ENOTFOUND: "name not found",
    EAI_AGAIN: "name not found",
    ETIMEDOUT: "timed out",
  };
  return `connect ${where}: ${reasons[code] ?? error.message}`;
}

/** `address:port`, with brackets around an IPv6 address. */
export function formatAuthority(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
