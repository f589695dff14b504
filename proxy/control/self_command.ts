/**
 * How this program starts itself again: as a compiled executable, or from source.
 *
 * The rule: this is the only module that asks which runtime it is in.
 *
 * @module
 */
import process from "node:process";

/** What is known about the running program. */
export interface RuntimeFacts {
  readonly execPath: string;
  /** The script that was started; in a compiled executable a path inside of it. */
  readonly script: string;
  readonly isDeno: boolean;
}

/** Reads the facts of this process. */
export function observeRuntime(): RuntimeFacts {
  return {
    execPath: process.execPath,
    script: process.argv[1] ?? "",
    isDeno: process.versions["deno"] !== undefined,
  };
}

/**
 * Plans the words that start this program again.
 *
 * @param prefix Words in front of the arguments, where another program carries this one:
 * `luma luma-proxy …`.
 */
export function planSelfCommand(
  facts: RuntimeFacts,
  prefix: readonly string[] = [],
): readonly string[] {
  const { execPath, script, isDeno } = facts;
  // Bun's compiled executables see their own files below a folder that does not exist.
  if (/^(\/\$bunfs|[A-Z]:[\\/]~BUN)[\\/]/i.test(script)) return [execPath, ...prefix];
  return isDeno ? [execPath, "run", "-A", script, ...prefix] : [execPath, script, ...prefix];
}

/** The environment for a child that is this program: without what changes how it starts. */
export function selfEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _be, ...rest } = env;
  return rest;
}

/** Bun's engine collects new objects when they fill this: four times what it takes by itself. */
const NEW_OBJECTS_BYTES = 32 * 1024 * 1024;

/**
 * The environment for a worker: fewer pauses of the collector, which would be most of the slowest
 * hundredth of all requests, for 20 MB of memory. What the user has set goes before it.
 */
export function workerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return { BUN_JSC_largeHeapSize: String(NEW_OBJECTS_BYTES), ...selfEnvironment(env) };
}
