/**
 * The shell script that creates a container, to be sent over standard input.
 *
 * The rule: values of the environment are in this script and in no command line: not in docker's, not
 * in the shell's, not in ssh's.
 *
 * @module
 */
import { dirname } from "node:path";
import { quoteShell } from "../ssh/quote.ts";
import { createOperands, createOptions, LOG_ROTATION } from "./create_argv.ts";
import { DockerError } from "./docker_error.ts";
import type { ContainerSpec } from "./types.ts";

/** Docker reads environment files line by line, up to 64 KiB each. */
const LONGEST_LINE_BYTES = 60_000;
const END = "LUMA_ENVIRONMENT_END";

/** Variables that change what the docker command itself does, when they are exported to it. */
const DOCKERS_OWN =
  /^(DOCKER_|LD_|DYLD_|GO|XDG_|OTEL_|BUILD|MOBY_|BASH|.*_PROXY$|PATH$|HOME$|USER$|ENV$|IFS$|PS\d$|TMPDIR$|SSL_)/i;

/** The variables of a container, by the way they take. */
interface Environment {
  /** `NAME=value`, without line ends: for an environment file. */
  readonly lines: readonly string[];
  /** Values of several lines: exported, and named with `-e NAME`. */
  readonly exported: readonly (readonly [string, string])[];
}

/**
 * Writes the script for `sh -s`; it prints the container's id.
 *
 * The whole is one function that is called at the end, so that a script of which only a part arrives does
 * nothing.
 *
 * @throws {DockerError} When a variable cannot be given to Docker.
 */
export function formatCreateScript(spec: ContainerSpec): string {
  const { lines, exported } = sortEnvironment(spec);
  const words = quoteShell([
    ...exported.flatMap(([name]) => ["-e", name]),
    ...createOptions(spec),
    ...createOperands(spec),
  ]);
  return [
    "luma_create() {",
    ...formatAddressGuard(spec),
    "case $(docker info --format '{{.LoggingDriver}}' </dev/null) in",
    `json-file) set -- ${quoteShell(LOG_ROTATION)} ;;`,
    "*) set -- ;;",
    "esac",
    ...exported.map(([name, value]) => `export ${name}=${quoteShell([value])}`),
    // As a file of its own, because the script itself is the standard input.
    `docker create "$@" --env-file /dev/fd/3 ${words} </dev/null 3<<'${END}'`,
    ...lines,
    END,
    "}",
    "luma_create",
    "exit",
    "",
  ].join("\n");
}

/** Holds the lock, and ends the script when another container has the address. */
function formatAddressGuard(spec: ContainerSpec): readonly string[] {
  const { exclusiveAddress: exclusive, address, network } = spec;
  if (exclusive === undefined) return [];
  if (address === undefined || network === undefined) {
    throw new DockerError(
      "other",
      `Cannot create "${spec.name}": it has no address to be alone on`,
    );
  }
  const list = ["docker", "ps", "-aq", "--no-trunc", "--filter", `label=${exclusive.label}`];
  const endpoint = `index .NetworkSettings.Networks ${JSON.stringify(network)}`;
  const isThis = `eq (print .IPv4Address) ${JSON.stringify(address)}`;
  const format =
    `{{with ${endpoint}}}{{with .IPAMConfig}}{{if ${isThis}}}{{slice $.Name 1}}{{end}}{{end}}{{end}}`;
  const inspect = quoteShell(["docker", "container", "inspect", "--format", format]);
  return [
    "command -v flock >/dev/null || { echo 'luma: flock: command not found' >&2; exit 1; }",
    `mkdir -p ${quoteShell([dirname(exclusive.lockFile)])} || exit`,
    `exec 9>>${quoteShell([exclusive.lockFile])} || exit`,
    // Not -w, which some systems' flock does not have.
    "tries=0",
    "until flock -n 9; do",
    "tries=$((tries + 1))",
    `[ "$tries" -lt 300 ] || { echo 'luma: the address lock is held for too long' >&2; exit 1; }`,
    "sleep 0.1 2>/dev/null || sleep 1",
    "done",
    `ids=$(${quoteShell(list)} </dev/null) || exit`,
    // A container that goes away in between is no failure; a daemon that does fails the create.
    `[ -z "$ids" ] || taken=$(${inspect} $ids 2>/dev/null </dev/null | tr -d '\\n')`,
    `[ -z "\${taken-}" ] || { echo ${
      quoteShell([`luma: address ${address} is taken by`])
    } "$taken" >&2; exit 1; }`,
  ];
}

function sortEnvironment(spec: ContainerSpec): Environment {
  const secrets = Object.entries(spec.secrets).map(([name, value]) =>
    [name, value.reveal()] as const
  );
  const all = new Map([...Object.entries(spec.environment), ...secrets]);
  const lines: string[] = [];
  const exported: (readonly [string, string])[] = [];
  for (const [name, value] of all) {
    requireName(name, value);
    if (fitsLine(name, value)) lines.push(`${name}=${value}`);
    else exported.push([requireExportable(name), value]);
  }
  return { lines, exported };
}

function fitsLine(name: string, value: string): boolean {
  return !/[\r\n]/.test(value) &&
    new TextEncoder().encode(name + value).length < LONGEST_LINE_BYTES;
}

function requireName(name: string, value: string): void {
  if (/^[^\s=#\0][^\s=\0]*$/.test(name) && !value.includes("\0")) return;
  throw new DockerError(
    "other",
    `Cannot set the variable "${name}": Docker takes no such name, or its value has a NUL character`,
    {
      hint: "Use letters, digits and _ in the names of variables",
    },
  );
}

function requireExportable(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !DOCKERS_OWN.test(name)) return name;
  throw new DockerError(
    "other",
    `Cannot set the variable "${name}": with this name its value can have one line of 60 kB at most`,
    {
      hint: `Give it another name, or encode its value, for instance with base64`,
    },
  );
}
