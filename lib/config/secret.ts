/**
 * A value that cannot print itself.
 *
 * The rule: only {@linkcode Secret.reveal} gives the text, and it is called only where the text
 * leaves for a server's standard input, or goes into a keyed hash.
 *
 * @module
 */

const SHOWN = "[secret]";

/**
 * Holds a secret text; every way of printing it shows `[secret]`.
 *
 * @example
 * ```ts
 * import { Secret } from "@luma/cli";
 *
 * const secret = new Secret("hunter2");
 * console.log(`${secret}`); // [secret]
 * console.log(secret.reveal()); // hunter2
 * ```
 */
export class Secret {
  readonly #text: string;

  /** Keeps `text`. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. */
  reveal(): string {
    return this.#text;
  }

  /** `[secret]`. */
  toString(): string {
    return SHOWN;
  }

  /** `[secret]`. */
  toJSON(): string {
    return SHOWN;
  }

  /** What `console.log` shows under Bun and Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return SHOWN;
  }

  /** What `console.log` shows under Deno. */
  [Symbol.for("Deno.customInspect")](): string {
    return SHOWN;
  }
}
