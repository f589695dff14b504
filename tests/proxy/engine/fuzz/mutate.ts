/**
 * Spoils octets by chance, in the ways that attackers do.
 *
 * Pure: the same random numbers give the same text.
 *
 * @module
 */
import type { Random } from "./random.ts";

const PIECES = [
  "\r",
  "\n",
  "\r\n",
  "\r\n\r\n",
  "\n\n",
  "\0",
  " ",
  "\t",
  "\v",
  ":",
  ";",
  ",",
  "0",
  "0x",
  "+",
  "-1",
  "\x7f",
  "\x80",
  "99999999999999999999",
  "18446744073709551616",
  "fffffffffffffffff",
  "9007199254740993",
  "Content-Length: 5\r\n",
  "Content-Length: 0\r\n",
  "Content-Length:\x0b7\r\n",
  "content_length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: identity\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Transfer-Encoding:\tchunked\r\n",
  "Host: b.example\r\n",
  "Connection: close\r\n",
  "Connection: content-length, host\r\n",
  "Connection: upgrade\r\nUpgrade: websocket\r\n",
  "HTTP/1.0",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  "0\r\n\r\n",
  "GET /inserted HTTP/1.1\r\nHost: a.example\r\n\r\n",
  " folded",
] as const;

type Mutation = (text: string, random: Random) => string;

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  flipBit,
  (text, random) => splice(text, random.below(text.length + 1), 0, random.pick(PIECES)),
  (text, random) => splice(text, random.below(text.length), random.pick([1, 1, 2, 9]), ""),
  (text, random) => splice(text, random.below(text.length), 1, random.pick(PIECES)),
  insertAtLine,
  repeatLine,
  removeLine,
  swapLines,
  changeNumber,
  (text, random) =>
    replaceOne(text, random, /\r\n/g, random.pick(["\n", "\r", "\r\r\n", "\n\r", ""])),
  (text, random) =>
    replaceOne(text, random, /: ?/g, random.pick([" :", ":\t", "", "::", ":\r\n "])),
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => splice(text, random.below(text.length), 0, "x".repeat(40_000)),
  (text, random) =>
    splice(text, text.indexOf("\r\n") + 2, 0, "A: b\r\n".repeat(random.pick([3, 140]))),
];

/** `text` with one to four things wrong. */
export function mutate(text: string, random: Random): string {
  let mutated = text;
  for (let left = random.pick([1, 1, 2, 4]); left > 0; left--) {
    if (mutated !== "") mutated = random.pick(MUTATIONS)(mutated, random);
  }
  return mutated;
}

function splice(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed);
}

function flipBit(text: string, random: Random): string {
  const at = random.below(text.length);
  const octet = text.charCodeAt(at) ^ (1 << random.below(8));
  return splice(text, at, 1, String.fromCharCode(octet));
}

function insertAtLine(text: string, random: Random): string {
  return replaceOne(text, random, /\r\n/g, `\r\n${random.pick(PIECES)}`);
}

/** A line of the head is written twice, the second one last or at once. */
function repeatLine(text: string, random: Random): string {
  return onLines(text, random, (lines, at) => lines.splice(at, 0, lines[at] ?? ""));
}

function removeLine(text: string, random: Random): string {
  return onLines(text, random, (lines, at) => lines.splice(at, 1));
}

function swapLines(text: string, random: Random): string {
  const other = random.below(1 << 16);
  return onLines(text, random, (lines, at) => {
    const to = other % lines.length;
    const line = lines[at] ?? "";
    lines[at] = lines[to] ?? "";
    lines[to] = line;
  });
}

function onLines(
  text: string,
  random: Random,
  change: (lines: string[], at: number) => unknown,
): string {
  const lines = text.split("\r\n");
  change(lines, random.below(lines.length));
  return lines.join("\r\n");
}

function changeNumber(text: string, random: Random): string {
  const number = random.pick([
    "0",
    "1",
    "00",
    "-0",
    "1e1",
    "4294967297",
    "9".repeat(30),
    "",
    "0x1",
  ]);
  return replaceOne(text, random, /\d+/g, number);
}

function replaceOne(text: string, random: Random, pattern: RegExp, by: string): string {
  const found = [...text.matchAll(pattern)];
  const match = found[random.below(Math.max(1, found.length))];
  return match === undefined ? text : splice(text, match.index, match[0].length, by);
}
