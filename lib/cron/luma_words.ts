/**
 * Says by which words this luma is started again, from any folder.
 *
 * Pure. The rule: absolute paths only, for cron knows neither the folder nor the path of a shell.
 *
 * @module
 */
import { isAbsolute } from "node:path";
import { LumaError } from "../error.ts";
import { isCompiled } from "../proxy_image/host.ts";

/** What this process is. */
export interface ProcessFacts {
  /** URL of a module of luma. */
  readonly moduleUrl: string;
  /** The program of this process. */
  readonly execPath: string;
  /** The module that the runtime was started with; none inside an executable. */
  readonly script: string | undefined;
  readonly isDeno: boolean;
}

/**
 * The words.
 *
 * @throws {LumaError} When luma was not started from a file of this machine.
 */
export function lumaWords(
  { moduleUrl, execPath, script, isDeno }: ProcessFacts,
): readonly string[] {
  if (isCompiled(moduleUrl)) return [execPath];
  if (script === undefined || !isAbsolute(script)) {
    throw new LumaError(`Cannot schedule luma: it does not run from a file (${script})`, {
      hint: "Install the executable of luma, and run the same command with it",
    });
  }
  return [execPath, ...(isDeno ? ["run", "--allow-all", "--no-prompt"] : []), script];
}
