/**
 * Builds images with the docker of this machine.
 *
 * The rule: what the builder prints is given out line by line, without the values of secrets.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import { hideSecrets } from "../config/hide_secrets.ts";
import { Secret } from "../config/secret.ts";
import type { Runner } from "../ssh/runner.ts";
import {
  type Builder,
  buildImageArgv,
  type BuildSpec,
  BUILDX_VERSION_ARGV,
  chooseBuilder,
  CLIENT_VERSION_ARGV,
} from "./build_argv.ts";
import { runDocker, runDockerCommand } from "./run_docker.ts";

/** How a build ended. */
export interface BuildEnd {
  readonly status: number;
  /** The last line of standard error, where every builder says what went wrong. */
  readonly reason: string;
}

/** Finds out what builds on this machine. */
export async function findBuilder(runner: Runner, signal: AbortSignal): Promise<Builder> {
  const action = "find the builder";
  const asked = await runDockerCommand(runner, { action, argv: BUILDX_VERSION_ARGV, signal });
  if (asked.status === 0) return "buildx";
  const version = await runDocker(runner, { action, argv: CLIENT_VERSION_ARGV, signal });
  return chooseBuilder(false, version.trim());
}

/** Builds an image. @param runner Has the variables of the build. */
export async function runBuild(
  runner: Runner,
  { builder, spec }: { readonly builder: Builder; readonly spec: BuildSpec },
  options: { readonly onLine: (line: string) => void; readonly signal: AbortSignal },
): Promise<BuildEnd> {
  const secrets = Object.values(spec.args).flatMap((value) =>
    value instanceof Secret ? [value.reveal()] : []
  );
  let reason = "";
  const tell = (line: string) => {
    // Builders color what a program writes to its standard error.
    const text = stripVTControlCharacters(hideSecrets(line, secrets)).replace(/\r$/, "");
    if (!isNoise(text)) options.onLine(text);
    return text;
  };
  const { status } = await runDockerCommand(runner, {
    action: `build the image "${spec.tag}"`,
    argv: buildImageArgv(builder, spec),
    onLine: tell,
    onErrorLine: (line) => {
      const text = tell(line).trim();
      if (text !== "" && !isNoise(text)) reason = text;
    },
    signal: options.signal,
    timeoutMs: Infinity,
  });
  return { status, reason: trimReason(reason) || `docker ended with status ${status}` };
}

/** What the builder before BuildKit says of itself, each time. */
function isNoise(line: string): boolean {
  return /^\s*$|^DEPRECATED: The legacy builder|^ {12}(BuildKit is currently|environment-variable)|^ {12}Install the buildx/
    .test(line);
}

function trimReason(line: string): string {
  return line.replace(/^(ERROR: |Error response from daemon: |error: )+/i, "");
}
