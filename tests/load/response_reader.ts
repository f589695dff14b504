/**
 * Reads one HTTP/1.1 answer from the bytes of a connection (RFC 9112), and forgives nothing: an answer
 * that ends before its framing says so is an error.
 *
 * Pure: bytes in, the head and the pieces of the body out.
 *
 * @module
 */

/** The first part of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What a reader found so far. */
type State =
  | { readonly kind: "head" }
  | { readonly kind: "length"; left: number }
  | { readonly kind: "chunk size" }
  | { readonly kind: "chunk"; left: number }
  | { readonly kind: "trailers" }
  | { readonly kind: "until close" }
  | { readonly kind: "complete" };

const LONGEST_LINE = 65_536;

/** Reads one answer. */
export class ResponseReader {
  readonly #onBody: (piece: Uint8Array) => void;
  #state: State = { kind: "head" };
  #rest: Buffer = Buffer.alloc(0);
  #head: ResponseHead | undefined;

  constructor(onBody: (piece: Uint8Array) => void) {
    this.#onBody = onBody;
  }

  /** The head; none before it is complete. */
  get head(): ResponseHead | undefined {
    return this.#head;
  }

  /** Whether the whole answer was read. */
  get isComplete(): boolean {
    return this.#state.kind === "complete";
  }

  /** What came after the answer: an upgraded connection's first bytes. */
  get rest(): Uint8Array {
    return this.#rest;
  }

  /** Reads on. @throws On bytes that are no HTTP answer. */
  push(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length > 0 && this.#step());
  }

  /** The connection ended. @throws When the answer was not complete. */
  end(): void {
    if (this.#state.kind === "until close") this.#state = { kind: "complete" };
    if (this.#state.kind === "complete") return;
    const where = this.#state.kind === "head" ? "before its answer" : "inside its answer";
    throw new Error(`connection ended ${where}`);
  }

  /** @returns Whether there may be more to read. */
  #step(): boolean {
    const state = this.#state;
    switch (state.kind) {
      case "complete":
        return false;
      case "head":
        return this.#readHead();
      case "chunk size":
        return this.#readChunkSize();
      case "trailers":
        return this.#readTrailers();
      case "until close":
        return this.#pass(this.#rest.length) > 0;
      case "length":
        state.left -= this.#pass(state.left);
        if (state.left === 0) this.#state = { kind: "complete" };
        return true;
      case "chunk":
        return this.#readChunk(state);
    }
  }

  #readHead(): boolean {
    const end = this.#rest.indexOf("\r\n\r\n");
    if (end < 0) return this.#waitForLine();
    const head = parseHead(this.#rest.toString("latin1", 0, end));
    this.#rest = this.#rest.subarray(end + 4);
    // 100 Continue and 103 Early Hints come before the answer.
    if (head.status < 200 && head.status !== 101) return true;
    this.#head = head;
    this.#state = framingOf(head);
    return true;
  }

  #readChunkSize(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return this.#waitForLine();
    const size = /^([0-9a-f]+)\s*(;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new Error(`chunk of no size: ${JSON.stringify(line)}`);
    const left = parseInt(size, 16);
    this.#state = left === 0 ? { kind: "trailers" } : { kind: "chunk", left };
    return true;
  }

  #readChunk(state: { left: number }): boolean {
    state.left -= this.#pass(state.left);
    if (state.left > 0) return false;
    if (this.#rest.length < 2) return false;
    if (this.#takeLine() !== "") throw new Error("chunk longer than its size");
    this.#state = { kind: "chunk size" };
    return true;
  }

  #readTrailers(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return this.#waitForLine();
    if (line === "") this.#state = { kind: "complete" };
    return true;
  }

  #takeLine(): string | undefined {
    const end = this.#rest.indexOf("\r\n");
    if (end < 0) return undefined;
    const line = this.#rest.toString("latin1", 0, end);
    this.#rest = this.#rest.subarray(end + 2);
    return line;
  }

  #waitForLine(): false {
    if (this.#rest.length > LONGEST_LINE) throw new Error("line without an end");
    return false;
  }

  #pass(most: number): number {
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    if (piece.length > 0) this.#onBody(piece);
    return piece.length;
  }
}

function parseHead(text: string): ResponseHead {
  const [first = "", ...lines] = text.split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})( |$)/.exec(first)?.[1];
  if (status === undefined) throw new Error(`no HTTP answer: ${JSON.stringify(first)}`);
  const headers = new Map(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  }));
  return { status: Number(status), headers };
}

/** How long the body is (RFC 9112, 6.3), of an answer to anything but HEAD. */
function framingOf({ status, headers }: ResponseHead): State {
  if (status === 101 || status === 204 || status === 304) return { kind: "complete" };
  if (headers.get("transfer-encoding")?.toLowerCase() === "chunked") return { kind: "chunk size" };
  const length = headers.get("content-length");
  if (length === undefined) return { kind: "until close" };
  return length === "0" ? { kind: "complete" } : { kind: "length", left: Number(length) };
}
