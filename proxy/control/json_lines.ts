/**
 * Cuts a stream into lines of JSON.
 *
 * The rule: a line is handed over whole, and one at a time.
 *
 * @module
 */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Calls `onLine` with every whole line that is not empty; the last one needs no line end. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const take = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(line);
  };
  stream.on("data", (chunk: Buffer) => take(decoder.write(chunk)));
  stream.on("end", () => take(`${decoder.end()}\n`));
}

/** One value as a line. */
export function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
