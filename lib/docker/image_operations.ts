/**
 * Operations on images.
 *
 * The rule: what is asked for and is there already, or is gone already, is no error.
 *
 * @module
 */
import type { Runner } from "../ssh/runner.ts";
import { hideSecrets } from "../config/hide_secrets.ts";
import * as argv from "./image_argv.ts";
import { DockerError, explainDockerFailure } from "./docker_error.ts";
import { explainLoginFailure } from "./login_error.ts";
import { parseImage, parseImageList } from "./parse_image.ts";
import { LOGIN_FAILED_STATUS, loginInput, pullWithLoginArgv } from "./pull_script.ts";
import { runDocker, runDockerCommand } from "./run_docker.ts";
import type { Image, RegistryLogin } from "./types.ts";

/** Inspects an image; `undefined` when the server does not have it. */
export async function inspectImage(
  runner: Runner,
  reference: string,
  signal?: AbortSignal,
): Promise<Image | undefined> {
  const stdout = await runDocker(runner, {
    action: `inspect the image "${reference}"`,
    argv: argv.inspectImageArgv(reference),
    expected: ["no-image"],
    signal,
  });
  return parseImage(stdout.trim() === "" ? "[]" : stdout);
}

/** Lists the tags that a reference or pattern names, each as a whole reference, with its image's id. */
export async function listImages(
  runner: Runner,
  reference: string,
  signal?: AbortSignal,
): Promise<readonly { readonly id: string; readonly tag: string }[]> {
  const action = `list the images "${reference}"`;
  return parseImageList(
    await runDocker(runner, { action, argv: argv.listImagesArgv(reference), signal }),
  );
}

/** Whom a pull reports to. */
export interface PullOptions {
  readonly onProgress?: (line: string) => void;
  /** None: with what the server's own `docker login` keeps. */
  readonly login?: RegistryLogin;
  readonly signal?: AbortSignal;
}

/**
 * Pulls an image, however long it takes.
 *
 * @throws {DockerError} Of the kind `login-denied`, when the registry does not take the login.
 */
export async function pullImage(
  runner: Runner,
  reference: string,
  options: PullOptions = {},
): Promise<void> {
  const { login, onProgress, signal } = options;
  const action = `pull the image "${reference}"`;
  const call = { action, onLine: onProgress, signal, timeoutMs: Infinity };
  if (login === undefined) {
    await runDocker(runner, { ...call, argv: argv.pullArgv(reference) });
    return;
  }
  const password = login.password.reveal();
  const argvOfLogin = pullWithLoginArgv(reference, login);
  const stdin = loginInput(password, signal ?? new AbortController().signal);
  const output = await runDockerCommand(runner, { ...call, argv: argvOfLogin, stdin });
  if (output.status === 0) return;
  const words = hideSecrets(output.stderr, [password]);
  if (output.status === LOGIN_FAILED_STATUS) {
    throw explainLoginFailure({ server: runner.server, login, words });
  }
  throw explainDockerFailure({ server: runner.server, action, words });
}

/** Gives an image one more name. */
export async function tagImage(
  runner: Runner,
  names: { readonly image: string; readonly tag: string },
  signal?: AbortSignal,
): Promise<void> {
  const action = `tag the image "${names.image}" as "${names.tag}"`;
  await runDocker(runner, { action, argv: argv.tagArgv(names.image, names.tag), signal });
}

/** Takes a name from an image; one that a container uses keeps it. */
export async function untagImage(
  runner: Runner,
  tag: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await runDocker(runner, {
      action: `remove the image "${tag}"`,
      argv: argv.untagArgv(tag),
      expected: ["no-image"],
      // Many layers on a slow disk take minutes.
      timeoutMs: 600_000,
      signal,
    });
  } catch (error) {
    if (
      !(error instanceof DockerError) || !/conflict: unable to (remove|delete)/.test(error.message)
    ) {
      throw error;
    }
  }
}
