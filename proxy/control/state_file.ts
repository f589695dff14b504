/**
 * Keeps the proxy's state on disk, so that nothing that was promised is forgotten.
 *
 * The rule: a state is on the disk, whole, before anybody acts on it. It is written to a temporary
 * file, synced, and renamed, and only then a copy of it the same way: one of both is always whole. What
 * cannot be read is set aside and said, never thrown away.
 *
 * @module
 */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { EMPTY_STATE, type ProxyState } from "./proxy_state.ts";
import { NewerStateError, parseProxyState } from "./parse_proxy_state.ts";

/** What was found on the disk. */
export interface LoadedState {
  readonly state: ProxyState;
  /** What was wrong, and what was done about it. */
  readonly warnings: readonly string[];
}

/** A state file that only a newer proxy can read. */
export class NewerStateFileError extends Error {
  override readonly name = "NewerStateFileError";

  constructor(path: string, cause: NewerStateError) {
    super(`the state file ${path} has version ${cause.version}, from a newer luma-proxy`, {
      cause,
    });
  }
}

/** The file that holds the state, in its folder. */
export const STATE_FILE_NAME = "state.json";
/** Its copy, which is never newer. */
export const LAST_GOOD_FILE_NAME = "state.last-good.json";

/**
 * Reads the state; a damaged file is set aside, and the last good copy used.
 *
 * @throws {NewerStateFileError} When a newer version wrote it. It stays as it is.
 */
export async function loadState(stateDir: string, now: () => number): Promise<LoadedState> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const damaged: Damage[] = [];
  for (const name of [STATE_FILE_NAME, LAST_GOOD_FILE_NAME]) {
    const path = join(stateDir, name);
    const text = await readIfThere(path);
    if (text === undefined) continue;
    try {
      const state = parseProxyState(text);
      const copied = name === LAST_GOOD_FILE_NAME
        ? [`The state was read from its last good copy, ${path}`]
        : [];
      return { state, warnings: [...await setAside(damaged, now), ...copied] };
    } catch (error) {
      if (error instanceof NewerStateError) throw new NewerStateFileError(path, error);
      damaged.push({ path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (damaged.length === 0) return { state: EMPTY_STATE, warnings: [] };
  const without = "No good copy of the state was left: started without routes; " +
    "luma deploy of each project brings its own back";
  return { state: EMPTY_STATE, warnings: [...await setAside(damaged, now), without] };
}

interface Damage {
  readonly path: string;
  readonly reason: string;
}

async function setAside(damaged: readonly Damage[], now: () => number): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { path, reason } of damaged) {
    const aside = `${path}.damaged-${new Date(now()).toISOString().replaceAll(":", "-")}`;
    await rename(path, aside);
    warnings.push(`The state file ${path} was damaged and is now ${aside}: ${reason}`);
  }
  return warnings;
}

/**
 * Writes the state; when it returns, it survives a power cut.
 *
 * @returns What is wrong with its copy: the state itself is there all the same.
 * @throws {Error} When the disk does not take it; the file is then as it was before.
 */
export async function saveState(
  stateDir: string,
  state: ProxyState,
): Promise<{ readonly warnings: readonly string[] }> {
  const text = `${JSON.stringify(state, undefined, 1)}\n`;
  const path = join(stateDir, STATE_FILE_NAME);
  await writeSynced(`${path}.new`, text);
  await rename(`${path}.new`, path);
  // From here on it is what the next start reads: whatever fails now, it has changed.
  const copyPath = join(stateDir, LAST_GOOD_FILE_NAME);
  try {
    await syncFolder(stateDir);
    await writeSynced(`${copyPath}.new`, text);
    await rename(`${copyPath}.new`, copyPath);
    await syncFolder(stateDir);
    return { warnings: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { warnings: [`The state was written, but not its copy, ${copyPath}: ${reason}`] };
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
