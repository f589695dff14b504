/**
 * Reads the head of a message, or its trailers, octet by octet, and records where each field stands.
 *
 * The rule: it never guesses. What RFC 9112 calls invalid is a fault, found at the first octet that
 * cannot be right; reading goes on where it stopped when more octets arrive.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { COLON, CR, FIELD_VALUE, HTAB, LF, SP, TOKEN } from "./octets.ts";
import { identifyField } from "./field_names.ts";

/** What may not be longer; all in octets but `maxFields`. */
export interface HeadLimits {
  readonly maxHeadBytes: number;
  readonly maxTargetBytes: number;
  readonly maxFields: number;
}

/** Why a message was refused, and the status that says so to a client. */
export interface HeadFault {
  readonly status: number;
  readonly reason: string;
}

/** Where {@linkcode HeadParser.parse} stands. */
export type HeadProgress = "more" | "done" | "fault";

/** Room beside the target that a start line may take: method, version, two spaces. */
const START_LINE_ROOM_BYTES = 64;

/** The reason of the one 431 that is not about size. */
export const TOO_MANY_FIELDS = "too many fields";

type State =
  | "start line"
  | "start line end"
  | "field"
  | "value"
  | "field end"
  | "head end"
  | "done";

/** The parser of one head at a time; `reset` makes it ready for the next. */
export class HeadParser {
  readonly #limits: HeadLimits;
  readonly #trailers: boolean;
  #state: State = "start line";
  #at = 0;
  #mark = 0;
  #nameEnd = 0;
  /** Octets beyond this are not looked at: what is too long is refused for that, however it came. */
  #end = 0;
  #fault: HeadFault | undefined;

  /** Octets of the start line, without its end. */
  startLineEnd = 0;
  /** How many fields there are. */
  count = 0;
  /** Four offsets for each field: name start, name end, value start, value end (trimmed). */
  readonly offsets: Int32Array;
  /** The number of each field's name. */
  readonly fields: Uint8Array;

  /** @param options.trailers Whether a trailer section is read, which has no start line. */
  constructor(limits: HeadLimits, options: { readonly trailers?: boolean } = {}) {
    this.#limits = limits;
    this.#trailers = options.trailers ?? false;
    this.offsets = new Int32Array(limits.maxFields * 4);
    this.fields = new Uint8Array(limits.maxFields);
    this.reset();
  }

  /** Forgets the head that was read. */
  reset(): void {
    this.#state = this.#trailers ? "field" : "start line";
    this.#at = 0;
    this.#mark = 0;
    this.#fault = undefined;
    this.startLineEnd = 0;
    this.count = 0;
  }

  /** Why `parse` answered "fault". */
  get fault(): HeadFault {
    return this.#fault ?? { status: 400, reason: "unreadable head" };
  }

  /** Octets of the whole head, the empty line included, once it is done. */
  get length(): number {
    return this.#at;
  }

  /** The name of field `index` as it was written. */
  nameOf(bytes: Buffer, index: number): string {
    return bytes.toString("latin1", this.offsets[index * 4], this.offsets[index * 4 + 1]);
  }

  /** The value of field `index`, without white space around it. */
  valueOf(bytes: Buffer, index: number): string {
    return bytes.toString("latin1", this.offsets[index * 4 + 2], this.offsets[index * 4 + 3]);
  }

  /** Offset behind the line of field `index`, its CRLF included. */
  lineEnd(index: number): number {
    return index + 1 < this.count ? this.offsets[(index + 1) * 4]! : this.#at - 2;
  }

  /** Reads on in `bytes`, which begins with the head and only grew since the last call. */
  parse(bytes: Buffer): HeadProgress {
    this.#end = Math.min(bytes.length, this.#limits.maxHeadBytes);
    while (this.#state !== "done") {
      if (this.#step(bytes)) continue;
      if (this.#fault === undefined && this.#end < bytes.length) {
        this.#refuse(431, "head too long");
      }
      return this.#fault === undefined ? "more" : "fault";
    }
    return "done";
  }

  /** Goes through one state; false where the octets end or are wrong. */
  #step(bytes: Buffer): boolean {
    switch (this.#state) {
      case "start line":
        return this.#startLine(bytes);
      case "start line end":
        return this.#lineFeed(bytes, "field");
      case "field":
        this.#wholeLines(bytes);
        return this.#fieldName(bytes);
      case "value":
        return this.#fieldValue(bytes);
      case "field end":
        return this.#lineFeed(bytes, "field");
      case "head end":
        return this.#lineFeed(bytes, "done");
      case "done":
        return true;
    }
  }

  /** Up to the CR; what the line says is read by the one who knows whether it is a request. */
  #startLine(bytes: Buffer): boolean {
    const limit = this.#limits.maxTargetBytes + START_LINE_ROOM_BYTES;
    const end = this.#end;
    let at = this.#at;
    while (at < end && FIELD_VALUE[bytes[at]!] === 1) at++;
    this.#at = at;
    if (at > limit) return this.#refuse(414, "start line too long");
    if (at === end) return false;
    if (bytes[at] !== CR) return this.#refuse(400, "control octet or bare LF in the start line");
    this.startLineEnd = at;
    this.#at = at + 1;
    this.#state = "start line end";
    return true;
  }

  #lineFeed(bytes: Buffer, next: State): boolean {
    if (this.#at === this.#end) return false;
    if (bytes[this.#at] !== LF) return this.#refuse(400, "CR without LF");
    this.#at++;
    this.#mark = this.#at;
    this.#state = next;
    return true;
  }

  /** Field lines that are there from end to end and right; all others are left to the states. */
  #wholeLines(bytes: Buffer): void {
    const end = this.#end;
    let at = this.#at;
    // A line that was begun before is not at its first octet any more.
    if (at !== this.#mark) return;
    while (this.count < this.#limits.maxFields) {
      let nameEnd = at;
      while (nameEnd < end && TOKEN[bytes[nameEnd]!] === 1) nameEnd++;
      if (nameEnd === at || nameEnd === end || bytes[nameEnd] !== COLON) break;
      let lineEnd = nameEnd + 1;
      while (lineEnd < end && FIELD_VALUE[bytes[lineEnd]!] === 1) lineEnd++;
      if (lineEnd + 1 >= end || bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) break;
      this.#mark = at;
      this.#nameEnd = nameEnd;
      this.#record(bytes, lineEnd);
      at = lineEnd + 2;
    }
    this.#at = at;
    this.#mark = at;
  }

  /** RFC 9112, 5: a token up to the colon; 5.1 and 5.2: no white space before it, no folding. */
  #fieldName(bytes: Buffer): boolean {
    const end = this.#end;
    let at = this.#at;
    while (at < end && TOKEN[bytes[at]!] === 1) at++;
    this.#at = at;
    if (at === end) return false;
    const octet = bytes[at];
    this.#at = at + 1;
    if (octet === COLON && at > this.#mark) {
      if (this.count === this.#limits.maxFields) return this.#refuse(431, TOO_MANY_FIELDS);
      this.#nameEnd = at;
      this.#state = "value";
      return true;
    }
    if (octet === CR && at === this.#mark) {
      this.#state = "head end";
      return true;
    }
    if (at === this.#mark && (octet === SP || octet === HTAB)) {
      return this.#refuse(400, "folded field line");
    }
    return this.#refuse(400, "invalid octet in a field name");
  }

  #fieldValue(bytes: Buffer): boolean {
    const end = this.#end;
    let at = this.#at;
    while (at < end && FIELD_VALUE[bytes[at]!] === 1) at++;
    this.#at = at;
    if (at === end) return false;
    if (bytes[at] !== CR) return this.#refuse(400, "control octet or bare LF in a field value");
    this.#record(bytes, at);
    this.#at = at + 1;
    this.#state = "field end";
    return true;
  }

  #record(bytes: Buffer, lineEnd: number): void {
    let start = this.#nameEnd + 1;
    let end = lineEnd;
    while (start < end && (bytes[start] === SP || bytes[start] === HTAB)) start++;
    while (end > start && (bytes[end - 1] === SP || bytes[end - 1] === HTAB)) end--;
    const index = this.count++;
    this.offsets[index * 4] = this.#mark;
    this.offsets[index * 4 + 1] = this.#nameEnd;
    this.offsets[index * 4 + 2] = start;
    this.offsets[index * 4 + 3] = end;
    this.fields[index] = identifyField(bytes, this.#mark, this.#nameEnd);
  }

  #refuse(status: number, reason: string): false {
    this.#fault = { status, reason };
    return false;
  }
}
