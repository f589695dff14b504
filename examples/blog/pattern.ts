/**
 * The bytes of a download that its reader can check.
 *
 * The rule: byte `i` depends on `i` alone, so that a lost, doubled or moved piece shows.
 *
 * @module
 */

/** A prime, so that the pattern does not repeat at the sizes in which bytes travel. */
const PERIOD = 65_521;

const PATTERN: Uint8Array = makePattern();

/** The bytes from `offset` on, `length` of them. */
export function patternBytes(offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const from = (offset + done) % PERIOD;
    const piece = PATTERN.subarray(from, from + length - done);
    bytes.set(piece, done);
    done += piece.length;
  }
  return bytes;
}

/** Whether `bytes` are those from `offset` on. */
export function isPattern(bytes: Uint8Array, offset: number): boolean {
  return bytes.every((byte, index) => byte === PATTERN[(offset + index) % PERIOD]);
}

function makePattern(): Uint8Array {
  const pattern = new Uint8Array(PERIOD);
  for (let index = 0; index < PERIOD; index++) {
    pattern[index] = (index * 31 + (index >> 8) * 17 + 7) & 0xff;
  }
  return pattern;
}
