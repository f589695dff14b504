/**
 * The executables of this machine, as tests and the demo run them.
 *
 * The rule: whoever runs one asks here, and gets one that was made of the sources as they are.
 *
 * @module
 */
import { join } from "node:path";
import { checkoutFolder } from "./checkout_folder.ts";
import { buildExecutable, createCompilerRunner, type ExecutableName } from "./build_executable.ts";

/** The compiler that a checkout's `npm ci` installed. */
export function compilerOf(checkout: string): string {
  return join(checkout, "node_modules/bun/bin/bun.exe");
}

/**
 * Makes an executable for this machine where it is missing or its sources changed.
 *
 * @returns Its absolute path, in dist/.
 * @throws {LumaError} With the compiler's own words, when it fails.
 */
export async function ensureHostExecutable(name: ExecutableName): Promise<string> {
  const checkout = checkoutFolder();
  const options = { checkout, name, target: "host", bun: compilerOf(checkout) };
  return (await buildExecutable(options, createCompilerRunner())).path;
}
