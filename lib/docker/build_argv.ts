/**
 * docker's command lines that build an image from a folder of this machine.
 *
 * Pure: words out, unquoted. The rule: the value of a build argument is in docker's environment, not in its
 * words (`--build-arg NAME`; https://docs.docker.com/reference/cli/docker/buildx/build/#build-arg).
 *
 * @module
 */
import { Secret } from "../config/secret.ts";
import { UsageError } from "../error.ts";

/** What builds: the plugin, the BuildKit that older clients bring along, or the builder before it. */
export type Builder = "buildx" | "buildkit" | "classic";

/** What is built. */
export interface BuildSpec {
  /** The name that the image gets. */
  readonly tag: string;
  /** Absolute path of the folder. */
  readonly context: string;
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string | Secret>>;
  readonly target?: string;
  /** `linux/arm64`; none: the builder's own. */
  readonly platform?: string;
}

/** Variables that change what the docker command itself does. */
const DOCKERS_OWN =
  /^(DOCKER_|BUILD|MOBY_|LD_|DYLD_|GO|XDG_|OTEL_|SSH_|SSL_|.*_PROXY$|(PATH|HOME|USER|TMPDIR|TEMP|TMP|SYSTEMROOT)$)/i;

/** The command of a build. */
export function buildImageArgv(builder: Builder, spec: BuildSpec): readonly string[] {
  const words = builder === "buildx"
    ? ["docker", "buildx", "build", "--load"]
    : ["docker", "build", ...(builder === "classic" ? ["--force-rm"] : [])];
  return [
    ...words,
    ...(builder === "classic" ? [] : ["--progress", "plain"]),
    ...["--tag", spec.tag, "--file", spec.dockerfile],
    ...(spec.platform === undefined ? [] : ["--platform", spec.platform]),
    ...(spec.target === undefined ? [] : ["--target", spec.target]),
    ...Object.entries(spec.args).flatMap(([name, value]) => ["--build-arg", argument(name, value)]),
    "--",
    spec.context,
  ];
}

/** The variables that a build runs with. */
export function buildEnvironment(
  builder: Builder,
  args: BuildSpec["args"],
): Readonly<Record<string, string>> {
  return {
    DOCKER_BUILDKIT: builder === "classic" ? "0" : "1",
    // An attestation has a time in it: with one, the same content would be another image every time.
    BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
    ...Object.fromEntries(
      Object.entries(args).filter(([name]) => !DOCKERS_OWN.test(name)).map(([name, value]) =>
        [name, value instanceof Secret ? value.reveal() : value] as const
      ),
    ),
  };
}

/** The builder that a machine has, by its `docker buildx version` and the version of its client. */
export function chooseBuilder(hasBuildx: boolean, clientVersion: string): Builder {
  if (hasBuildx) return "buildx";
  const major = Number(/^(\d+)\./.exec(clientVersion)?.[1] ?? 0);
  // From 23 on BuildKit is in the plugin alone (release notes of Docker Engine 23.0).
  return major >= 19 && major < 23 ? "buildkit" : "classic";
}

/** Asks whether the plugin is there. */
export const BUILDX_VERSION_ARGV: readonly string[] = ["docker", "buildx", "version"];

/** Asks for the version of the client. */
export const CLIENT_VERSION_ARGV: readonly string[] = [
  "docker",
  "version",
  "--format",
  "{{.Client.Version}}",
];

function argument(name: string, value: string | Secret): string {
  if (!DOCKERS_OWN.test(name)) return name;
  if (!(value instanceof Secret)) return `${name}=${value}`;
  throw new UsageError(
    `Cannot build with the secret ${name}: docker itself reads a variable of this name`,
    "Give the build argument another name, in luma.yml and in the Dockerfile",
  );
}
