/**
 * What the small parsers of texts give: the value, or what is wrong with the text.
 *
 * The rule: such a parser knows nothing of files and positions; the reader that called it does.
 *
 * @module
 */

/** A value, or why there is none. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly fix?: string };

/** A text that was understood. */
export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** A text that was not. */
export function unparsed(message: string, fix?: string): Parsed<never> {
  return fix === undefined ? { ok: false, message } : { ok: false, message, fix };
}

/** The text in quotes, shortened, for messages. */
export function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return JSON.stringify(shown);
}
