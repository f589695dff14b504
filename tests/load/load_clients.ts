/**
 * The visitors of a load: each kind makes one request, or keeps one stream open, and checks the answer.
 *
 * The rule: a visitor throws when anything is not as it must be; the loop around it counts.
 *
 * @module
 */
import { createHash, randomBytes, randomInt } from "node:crypto";
import { isPattern } from "../../examples/blog/pattern.ts";
import {
  type Answer,
  Connection,
  ExchangeError,
  type LoadTarget,
  type RequestSpec,
} from "./connection.ts";
import type { ResponseHead } from "./response_reader.ts";
import { talk } from "./web_socket_client.ts";

/** What a visitor is given for one request. */
export interface Visit {
  readonly target: LoadTarget;
  /** Aborted when the load is to stop: streams are left in order, requests are finished. */
  readonly stopping: AbortSignal;
  /** Told the head of the answer as soon as it is there. */
  readonly onHead: (head: ResponseHead) => void;
  /** Told when the connection was opened, where an earlier request has left it. */
  readonly onKept: (openedAtMs: number) => void;
  /** Told when the request is sent again. */
  readonly onRetry: () => void;
}

/** One visitor: called again and again, never twice at a time. */
export type Visitor = (visit: Visit) => Promise<void>;

const TIMEOUT_MS = 15_000;
const SLOW_SECONDS = 5;
const DOWNLOAD_BYTES = 3_000_000;
const DOWNLOAD_SECONDS = 6;
/** The app sends twice a second. */
const EVENT_SILENCE_MS = 5000;
const LARGEST_BODY = 64 * 1024;

/** Asks for the page on a connection that it keeps. */
export function makeKeptAliveVisitor(): Visitor {
  const send = makeKeptConnection();
  return async (visit) => {
    requireOk(await send(visit, { method: "GET", path: "/", timeoutMs: TIMEOUT_MS }));
  };
}

/** Asks for the page on a new connection. */
export function makeNewConnectionVisitor(): Visitor {
  return (visit) => once(visit, { method: "GET", path: "/", timeoutMs: TIMEOUT_MS });
}

/** Sends a random body on a connection that it keeps, and wants its hash. */
export function makePostVisitor(): Visitor {
  const send = makeKeptConnection();
  return async (visit) => {
    const body = randomBytes(randomInt(1, LARGEST_BODY));
    const answer = await send(visit, {
      method: "POST",
      path: "/echo",
      body,
      timeoutMs: TIMEOUT_MS,
    });
    requireOk(answer);
    const { length, sha256 } = JSON.parse(Buffer.from(answer.body).toString()) as {
      readonly length: number;
      readonly sha256: string;
    };
    const expected = createHash("sha256").update(body).digest("hex");
    if (length !== body.length || sha256 !== expected) {
      throw new ExchangeError(`echo of ${length} bytes instead of ${body.length}`, true, answer);
    }
  };
}

/** Asks for something that takes `seconds`, on a new connection. */
export function makeSlowVisitor(seconds: number = SLOW_SECONDS): Visitor {
  return (visit) =>
    once(visit, {
      method: "GET",
      path: `/slow?seconds=${seconds}`,
      timeoutMs: seconds * 1000 + TIMEOUT_MS,
    });
}

/** Downloads slowly, and looks at every byte. */
export function makeDownloadVisitor(): Visitor {
  return async (visit) => {
    let offset = 0;
    let wrongAt: number | undefined;
    await once(visit, {
      method: "GET",
      path: `/download?bytes=${DOWNLOAD_BYTES}&seconds=${DOWNLOAD_SECONDS}`,
      timeoutMs: DOWNLOAD_SECONDS * 1000 + TIMEOUT_MS,
      onBody: (piece) => {
        if (wrongAt === undefined && !isPattern(piece, offset)) wrongAt = offset;
        offset += piece.length;
      },
    });
    if (wrongAt !== undefined || offset !== DOWNLOAD_BYTES) {
      const what = wrongAt === undefined ? `${offset} bytes` : `a wrong byte behind ${wrongAt}`;
      throw new ExchangeError(`download had ${what}`, true);
    }
  };
}

/** Listens to the event stream until it ends in order, or the load stops. */
export function makeEventsVisitor(): Visitor {
  return async (visit) => {
    const connection = await Connection.open(visit.target);
    const leave = () => connection.destroy();
    visit.stopping.addEventListener("abort", leave, { once: true });
    let text = "";
    try {
      const answer = await connection.exchange({
        method: "GET",
        path: "/events",
        headers: { Accept: "text/event-stream" },
        silenceMs: EVENT_SILENCE_MS,
        onHead: visit.onHead,
        onBody: (piece) => text += Buffer.from(piece).toString("latin1"),
      });
      requireOk(answer);
      requireEventsInOrder(text, answer);
    } catch (error) {
      // Who leaves does not hear the end.
      if (!visit.stopping.aborted) throw error;
    } finally {
      visit.stopping.removeEventListener("abort", leave);
      connection.destroy();
    }
  };
}

/** Talks over a WebSocket until it is closed in order, or the load stops. */
export function makeWebSocketVisitor(): Visitor {
  return ({ target, stopping, onHead }) => talk(target, stopping, onHead);
}

async function once(visit: Visit, spec: RequestSpec): Promise<void> {
  const connection = await Connection.open(visit.target);
  try {
    const headers = { Connection: "close" };
    requireOk(await connection.exchange({ ...spec, headers, onHead: visit.onHead }));
  } finally {
    connection.destroy();
  }
}

/**
 * Sends on a connection that is kept, as browsers do: one that was closed in between is replaced; a GET
 * to which nothing at all came on a kept connection is sent once more, and that is told.
 */
function makeKeptConnection(): (visit: Visit, spec: RequestSpec) => Promise<Answer> {
  let kept: Connection | undefined;
  let isBusy = false;
  let leaving: AbortSignal | undefined;
  const leave = () => {
    if (leaving?.aborted && !isBusy) kept?.destroy();
  };
  return async ({ target, stopping, onHead, onKept, onRetry }, spec) => {
    if (leaving !== stopping) stopping.addEventListener("abort", leave, { once: true });
    leaving = stopping;
    isBusy = true;
    try {
      if (!kept?.isOpen) kept = await Connection.open(target);
      const wasUsed = kept.isUsed;
      if (wasUsed) onKept(kept.openedAtMs);
      try {
        return await kept.exchange({ ...spec, onHead });
      } catch (error) {
        const isStale = wasUsed && error instanceof ExchangeError && !error.received;
        if (!isStale || spec.method !== "GET") throw error;
        onRetry();
        kept = await Connection.open(target);
        return await kept.exchange({ ...spec, onHead });
      }
    } finally {
      isBusy = false;
      leave();
    }
  };
}

function requireOk(answer: ResponseHead): void {
  if (answer.status !== 200) throw new ExchangeError(`status ${answer.status}`, true, answer);
}

function requireEventsInOrder(text: string, head: ResponseHead): void {
  const numbers = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  const wrong = numbers.findIndex((number, index) => number !== index);
  if (wrong >= 0) throw new ExchangeError(`event ${wrong} was ${numbers[wrong]}`, true, head);
}
