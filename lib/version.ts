/**
 * The version of luma.
 *
 * The rule: the same as in package.json and deno.json, which a test compares.
 *
 * @module
 */

/** A semantic version, without a `v`. */
export const VERSION = "0.1.0";
