/**
 * The version of luma-proxy, as `--version` and `status` tell it.
 *
 * The rule: it is the same as the version in package.json and deno.json.
 *
 * @module
 */

/** The version of this program. */
export const VERSION = "0.1.0";
