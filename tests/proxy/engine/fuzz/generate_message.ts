/**
 * Makes messages by chance: valid ones, whose meaning is known.
 *
 * The rule: what is made here is valid; {@linkcode mutate} alone spoils it.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** A request, and what must arrive of it. */
export interface MadeRequest {
  readonly text: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** An answer; `closes` where the end of its body is the end of the connection. */
export interface MadeAnswer {
  readonly text: string;
  readonly closes: boolean;
}

const FIELDS = [
  "Accept: */*",
  "accept-encoding:gzip",
  "Cookie:  a=b; c=d ",
  "X-Forwarded-For: 1.2.3.4",
  "x_forwarded_proto: https",
  "Connection: keep-alive, X-Hop",
  "X-Hop: 1",
  "TE: trailers",
  "Keep-Alive: timeout=5",
  "Upgrade: foo",
  "X-Request-Id: mine",
  "Empty:",
  "Odd: \xe4\t\xff",
  "Expect: 100-continue",
  "Referer: http://a.example/?q={}[]|",
] as const;

/** The `number`th request of a connection. */
export function makeRequest(
  random: Random,
  { number, mayBeHead }: { readonly number: number; readonly mayBeHead: boolean },
): MadeRequest {
  const chosen = random.pick(["GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"]);
  const method = chosen === "HEAD" && !mayBeHead ? "GET" : chosen;
  const path = `/r${number}`;
  const target = random.oneIn(6) ? `http://a.example${path}?q` : `${path}?q=${random.below(99)}`;
  const fields = ["Host: a.example", ...someFields(random)];
  const mayHaveBody = method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
  const body = mayHaveBody && !random.oneIn(4) ? makeBody(random) : "";
  const framed = mayHaveBody ? frameBody(random, body) : { field: undefined, octets: "" };
  if (framed.field !== undefined) fields.splice(random.below(fields.length + 1), 0, framed.field);
  const empty = random.oneIn(8) ? "\r\n" : "";
  const head = [`${method} ${target} HTTP/1.1`, ...fields].join("\r\n");
  return { text: `${empty}${head}\r\n\r\n${framed.octets}`, method, path, body };
}

/** An answer that carries `tag`, to a request of `method`. */
export function makeAnswer(random: Random, tag: number, method: string): MadeAnswer {
  const interim = random.oneIn(6) ? "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" : "";
  const status = random.pick(["200 OK", "200", "404 Not here", "500 No", "204 None", "304 Same"]);
  const isBare = method === "HEAD" || status.startsWith("204") || status.startsWith("304");
  const body = isBare ? "" : makeBody(random);
  const fields = [`X-Tag: ${tag}`, "Content-Type: text/plain", "Keep-Alive: timeout=9"];
  const head = (version: string) => `${interim}HTTP/1.${version} ${status}\r\n`;
  if (!isBare && random.oneIn(5)) {
    return { text: `${head("1")}${fields.join("\r\n")}\r\n\r\n${body}`, closes: true };
  }
  const framed = isBare ? { field: undefined, octets: "" } : frameBody(random, body, true);
  const isOld = framed.field?.startsWith("Content") === true && random.oneIn(8);
  if (framed.field !== undefined) fields.push(framed.field);
  return {
    text: `${head(isOld ? "0" : "1")}${fields.join("\r\n")}\r\n\r\n${framed.octets}`,
    closes: false,
  };
}

function someFields(random: Random): readonly string[] {
  return Array.from({ length: random.below(5) }, () => random.pick(FIELDS));
}

/** Text that itself looks like a message now and then. */
function makeBody(random: Random): string {
  if (random.oneIn(4)) return "GET /smuggled HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  if (random.oneIn(6)) return "0\r\n\r\nHTTP/1.1 200 Evil\r\nContent-Length: 0\r\n\r\n";
  return "abcdefghij".repeat(random.below(random.oneIn(20) ? 4_000 : 6));
}

function frameBody(random: Random, body: string, always = false): {
  readonly field: string | undefined;
  readonly octets: string;
} {
  if (random.oneIn(2)) {
    if (body === "" && !always && random.oneIn(2)) return { field: undefined, octets: "" };
    return { field: `Content-Length: ${body.length}`, octets: body };
  }
  let octets = "";
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, 1 + random.below(40));
    const extension = random.oneIn(6) ? ';a;b="c;\\"d"' : "";
    octets += `${"0".repeat(random.below(3))}${size.toString(16)}${extension}\r\n${
      body.slice(at, at + size)
    }\r\n`;
    at += size;
  }
  const trailer = random.oneIn(4) ? "X-Trailer: t\r\nContent-Length: 3\r\n" : "";
  const coding = random.pick(["chunked", "Chunked", "CHUNKED"]);
  return { field: `Transfer-Encoding: ${coding}`, octets: `${octets}0\r\n${trailer}\r\n` };
}
