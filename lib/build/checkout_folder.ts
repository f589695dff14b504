/**
 * Where the checkout is that the build's modules are in.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The absolute path of the checkout. */
export function checkoutFolder(): string {
  return fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
}
