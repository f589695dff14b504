/**
 * Reads the line before a chunk's data: its size, and extensions, which are dropped.
 *
 * The rule: the grammar of RFC 9112, 7.1 and 7.1.1, octet by octet; no sign, no prefix, no stray
 * white space, no bare LF, and never more than a few hundred octets.
 *
 * @module
 */
import { CR, HEX_VALUE, HTAB, LF, SP, TOKEN } from "./octets.ts";

/** Digits of a size: enough for every number that can be counted exactly. */
const MAX_SIZE_DIGITS = 13;
/** Octets that the extensions of one chunk may take. */
const MAX_EXTENSION_BYTES = 256;

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

type State =
  | "first digit"
  | "digits"
  | "before semicolon"
  | "before name"
  | "name"
  | "after name"
  | "before value"
  | "value"
  | "quoted"
  | "escaped"
  | "after quoted"
  | "line feed";

/** The reader of one chunk header after the other. */
export class ChunkHeader {
  #state: State = "first digit";
  #digits = 0;
  #extensionBytes = 0;
  /** The size of the chunk, once `push` has answered "done". */
  size = 0;

  /** Makes ready for the next one. */
  reset(): void {
    this.#state = "first digit";
    this.#digits = 0;
    this.#extensionBytes = 0;
    this.size = 0;
  }

  /** Takes one octet. */
  push(octet: number): "more" | "done" | "fault" {
    if (this.#state === "first digit" || this.#state === "digits") return this.#sizeDigit(octet);
    if (this.#state === "line feed") return octet === LF ? "done" : "fault";
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) return "fault";
    const next = this.#extension(octet);
    if (next === undefined) return "fault";
    this.#state = next;
    return "more";
  }

  #sizeDigit(octet: number): "more" | "fault" {
    const digit = HEX_VALUE[octet]!;
    if (digit !== 255) {
      if (++this.#digits > MAX_SIZE_DIGITS) return "fault";
      this.size = this.size * 16 + digit;
      this.#state = "digits";
      return "more";
    }
    if (this.#state === "first digit") return "fault";
    const next = this.#afterItem(octet, "before semicolon");
    if (next === undefined) return "fault";
    this.#state = next;
    return "more";
  }

  /** The end of the line, the next extension, or white space before it. */
  #afterItem(octet: number, onSpace: State): State | undefined {
    if (octet === CR) return "line feed";
    if (octet === SEMICOLON) return "before name";
    return octet === SP || octet === HTAB ? onSpace : undefined;
  }

  #extension(octet: number): State | undefined {
    const isSpace = octet === SP || octet === HTAB;
    const isToken = TOKEN[octet] === 1;
    switch (this.#state) {
      case "before semicolon":
        return octet === SEMICOLON ? "before name" : isSpace ? "before semicolon" : undefined;
      case "before name":
        return isToken ? "name" : isSpace ? "before name" : undefined;
      case "name":
        if (isToken) return "name";
        return octet === EQUALS ? "before value" : this.#afterItem(octet, "after name");
      case "after name":
        if (octet === EQUALS) return "before value";
        return octet === SEMICOLON ? "before name" : isSpace ? "after name" : undefined;
      case "before value":
        if (octet === QUOTE) return "quoted";
        return isToken ? "value" : isSpace ? "before value" : undefined;
      case "after quoted":
        return this.#afterItem(octet, "before semicolon");
      case "value":
        return isToken ? "value" : this.#afterItem(octet, "before semicolon");
      case "quoted":
        return this.#quoted(octet);
      case "escaped":
        return isText(octet) ? "quoted" : undefined;
      case "first digit":
      case "digits":
      case "line feed":
        return undefined;
    }
  }

  #quoted(octet: number): State | undefined {
    if (octet === QUOTE) return "after quoted";
    if (octet === BACKSLASH) return "escaped";
    return isText(octet) ? "quoted" : undefined;
  }
}

function isText(octet: number): boolean {
  return octet === HTAB || (octet >= SP && octet !== 0x7f);
}
