/**
 * Reads messages of HTTP/1.1 with a grammar written down a second time, to judge what the engine sends.
 *
 * The rule: it shares nothing with the engine, and takes nothing that has two readings.
 *
 * @module
 */

/** A message that is complete. */
export interface WireMessage {
  readonly startLine: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
}

/** What octets came to. */
export interface WireReading {
  readonly messages: readonly WireMessage[];
  /** Octets behind the last complete message. */
  readonly rest: string;
  /** Why the rest can never become a message. */
  readonly fault?: string;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const FIELD_LINE = new RegExp(
  `^(${TOKEN}):[ \\t]*((?:[\\t -~\\x80-\\xff]*[!-~\\x80-\\xff])?)[ \\t]*$`,
);

/** What a sender may write. */
interface Grammar {
  readonly startLine: RegExp;
  readonly chunkLine: RegExp;
  readonly chunked: RegExp;
}

const CHUNK_LINE = /^([0-9a-fA-F]{1,8})$/;
const REQUEST: Grammar = {
  startLine: new RegExp(`^${TOKEN} (?:/[!-~]*|\\*) HTTP/1\\.1$`),
  chunkLine: CHUNK_LINE,
  chunked: /^chunked$/,
};
const ANSWER: Grammar = {
  startLine: /^HTTP\/1\.1 [1-5][0-9][0-9] [\t -~\x80-\xff]*$/,
  chunkLine: CHUNK_LINE,
  chunked: /^chunked$/,
};
/** An upstream has more liberty than the proxy: HTTP/1.0, no reason, chunk extensions. */
const UPSTREAM_ANSWER: Grammar = {
  startLine: /^HTTP\/1\.[01] [1-5][0-9][0-9](?: [\t -~\x80-\xff]*)?$/,
  chunkLine: /^([0-9a-fA-F]{1,13})(?:[ \t]*;.*)?$/,
  chunked: /^chunked$/i,
};

class Incomplete extends Error {}
class Fault extends Error {}

/** Tells what an answer is the answer to. */
export type MethodOf = (fields: WireMessage["fields"]) => string;

/** Reads the requests in `text`. */
export function readRequests(text: string): WireReading {
  return readAll(text, (at) => {
    const head = readHead(text, at, REQUEST.startLine);
    const framing = frame(head.fields, REQUEST);
    return readBody(text, head, {
      ...(framing.kind === "close" ? NONE : framing),
      hasEnded: false,
    });
  });
}

/**
 * Reads the answers in `text`, interim ones left out.
 *
 * @param methodOf The method of the request that an answer belongs to, by the answer's fields.
 * @param hasEnded Whether a FIN stands behind the text.
 */
export function readAnswers(
  text: string,
  methodOf: MethodOf,
  hasEnded: boolean,
): WireReading {
  return readAnswersBy(ANSWER, text, { methodOf, hasEnded });
}

/** As {@linkcode readAnswers}, but of what an upstream says, who has more liberty than the proxy. */
export function readUpstreamAnswers(
  text: string,
  methodOf: MethodOf,
  hasEnded: boolean,
): WireReading {
  return readAnswersBy(UPSTREAM_ANSWER, text, { methodOf, hasEnded });
}

function readAnswersBy(
  grammar: Grammar,
  text: string,
  { methodOf, hasEnded }: { readonly methodOf: MethodOf; readonly hasEnded: boolean },
): WireReading {
  return readAll(text, (from) => {
    let at = from;
    while (true) {
      const head = readHead(text, at, grammar.startLine);
      const status = Number(head.startLine.slice(9, 12));
      if (status < 200) {
        at = head.end;
        continue;
      }
      const method = methodOf(head.fields);
      const framing = frame(head.fields, grammar);
      const isBare = method === "HEAD" || status === 204 || status === 304;
      return readBody(text, head, { ...(isBare ? NONE : framing), hasEnded });
    }
  });
}

interface Head {
  readonly startLine: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly end: number;
}

type Framing =
  | { readonly kind: "chunked"; readonly chunkLine: RegExp }
  | { readonly kind: "close" }
  | { readonly kind: "length"; readonly length: number };

const NONE: Framing = { kind: "length", length: 0 };

function readAll(
  text: string,
  readOne: (at: number) => readonly [WireMessage, number],
): WireReading {
  const messages: WireMessage[] = [];
  let at = 0;
  try {
    while (at < text.length) {
      const [message, end] = readOne(at);
      messages.push(message);
      at = end;
    }
    return { messages, rest: "" };
  } catch (error) {
    const rest = text.slice(at);
    if (error instanceof Incomplete) return { messages, rest };
    if (error instanceof Fault) return { messages, rest, fault: error.message };
    throw error;
  }
}

function readHead(text: string, at: number, startLine: RegExp): Head {
  const end = text.indexOf("\r\n\r\n", at);
  if (end === -1) throw new Incomplete();
  const [first, ...lines] = text.slice(at, end).split("\r\n");
  if (first === undefined || !startLine.test(first)) {
    throw new Fault(`start line ${JSON.stringify(first)}`);
  }
  return { startLine: first, fields: lines.map(readField), end: end + 4 };
}

function readField(line: string): readonly [string, string] {
  const match = FIELD_LINE.exec(line);
  if (match === null) throw new Fault(`field line ${JSON.stringify(line)}`);
  return [match[1]!.toLowerCase(), match[2]!];
}

function frame(fields: Head["fields"], grammar: Grammar): Framing {
  const framing = fields.filter(([name]) =>
    /^(content[-_]length|transfer[-_]encoding)$/.test(name)
  );
  if (framing.length > 1) throw new Fault("more than one framing field");
  const [only] = framing;
  if (only === undefined) return { kind: "close" };
  const [name, value] = only;
  if (name === "transfer-encoding" && grammar.chunked.test(value)) {
    return { kind: "chunked", chunkLine: grammar.chunkLine };
  }
  if (name === "content-length" && /^[0-9]{1,15}$/.test(value)) {
    return { kind: "length", length: Number(value) };
  }
  throw new Fault(`framing ${name}: ${value}`);
}

function readBody(
  text: string,
  { startLine, fields, end }: Head,
  framing: Framing & { readonly hasEnded: boolean },
): readonly [WireMessage, number] {
  if (framing.kind === "chunked") {
    const { body, trailers, end: bodyEnd } = readChunks(text, end, framing.chunkLine);
    return [{ startLine, fields, body, trailers }, bodyEnd];
  }
  if (framing.kind === "close" && !framing.hasEnded) throw new Incomplete();
  const bodyEnd = framing.kind === "length" ? end + framing.length : text.length;
  if (bodyEnd > text.length) throw new Incomplete();
  return [{ startLine, fields, body: text.slice(end, bodyEnd), trailers: [] }, bodyEnd];
}

function readChunks(text: string, from: number, chunkLine: RegExp) {
  let at = from;
  let body = "";
  while (true) {
    const [line, data] = readLine(text, at);
    const size = chunkLine.exec(line)?.[1];
    if (size === undefined) throw new Fault(`chunk line ${JSON.stringify(line)}`);
    at = data;
    const length = parseInt(size, 16);
    if (length === 0) break;
    if (text.length < at + length + 2) throw new Incomplete();
    if (text.slice(at + length, at + length + 2) !== "\r\n") throw new Fault("chunk without end");
    body += text.slice(at, at + length);
    at += length + 2;
  }
  const trailers: (readonly [string, string])[] = [];
  while (true) {
    const [line, next] = readLine(text, at);
    at = next;
    if (line === "") return { body, trailers, end: at };
    trailers.push(readField(line));
  }
}

function readLine(text: string, at: number): readonly [string, number] {
  const end = text.indexOf("\r\n", at);
  if (end === -1) throw new Incomplete();
  return [text.slice(at, end), end + 2];
}
