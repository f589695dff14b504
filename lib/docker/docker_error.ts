/**
 * What Docker refused, in its own words, and what to do about it.
 *
 * The rule: `kind` is read from Docker's words here and nowhere else.
 *
 * @module
 */
import { LumaError, type LumaErrorOptions } from "../error.ts";

/** The well-known reasons; `other` is everything else. */
export type DockerFailure =
  | "docker-missing"
  | "daemon-down"
  | "permission"
  | "no-image"
  | "pull-denied"
  | "login-denied"
  | "registry-unreachable"
  | "name-in-use"
  | "address-in-use"
  | "port-in-use"
  | "no-container"
  | "removal-under-way"
  | "no-network"
  | "network-exists"
  | "network-ambiguous"
  | "subnet-in-use"
  | "connected"
  | "not-connected"
  | "no-volume"
  | "disk-full"
  | "bad-command"
  | "other";

/**
 * An operation that Docker refused.
 *
 * @example
 * ```ts
 * import { DockerError, openProject } from "@luma/cli";
 *
 * const project = await openProject();
 * try {
 *   await project.deploy();
 * } catch (error) {
 *   if (!(error instanceof DockerError)) throw error;
 *   console.error(error.kind, error.message);
 * }
 * ```
 */
export class DockerError extends LumaError {
  /** The name of the class. */
  override readonly name: string = "DockerError";
  /** What failed, for programs. */
  readonly kind: DockerFailure;

  /** An error with Docker's own words in its message. */
  constructor(kind: DockerFailure, message: string, options: LumaErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
  }
}

/** An address that another container has: choose again and repeat. */
export class AddressTakenError extends DockerError {
  override readonly name = "AddressTakenError";

  constructor(message: string, options: LumaErrorOptions = {}) {
    super("address-in-use", message, options);
  }
}

/** What Docker's words mean; the first that fits counts. */
const KNOWN: readonly (readonly [RegExp, DockerFailure])[] = [
  [
    /docker: (command )?not found|exec: "?docker"?: .*not found|docker: No such file/i,
    "docker-missing",
  ],
  [/unable to start container process|container init.*exec|no command specified/i, "bad-command"],
  [/permission denied while trying to connect|dial unix .*permission denied/i, "permission"],
  [
    /Cannot connect to the Docker daemon|Is the docker daemon running|error during connect/i,
    "daemon-down",
  ],
  [/failed to connect to the docker API/i, "daemon-down"],
  [
    /pull access denied|requested access to the resource is denied|unauthorized:|no basic auth/i,
    "pull-denied",
  ],
  [
    /(Get|Head|Post) "https?:.*(dial tcp|timeout|timed out|x509|EOF)|Client.Timeout exceeded/i,
    "registry-unreachable",
  ],
  [/No such image|manifest (for .* )?(unknown|not found)|reference does not exist/i, "no-image"],
  [/container name .* is already in use/i, "name-in-use"],
  [
    /port is already allocated|failed to bind host port|bind: address already in use/i,
    "port-in-use",
  ],
  [
    /Address already in use|no available IPv4 addresses|luma: address .* is taken/i,
    "address-in-use",
  ],
  [
    /Pool overlaps|invalid pool request|could not find an available.* IPv4 address pool/i,
    "subnet-in-use",
  ],
  [/network .* is ambiguous/i, "network-ambiguous"],
  [/network with name .* already exists/i, "network-exists"],
  [/endpoint with name .* already exists in network/i, "connected"],
  [/is not connected to (the )?network/i, "not-connected"],
  [/No such volume/i, "no-volume"],
  [/No such network|network .* not found/i, "no-network"],
  [/No such container/i, "no-container"],
  [/removal of container .* is already in progress/i, "removal-under-way"],
  // The kernel says so of control groups, too, where there are too many.
  [/^(?![^]*\/sys\/fs\/cgroup)[^]*no space left on device/i, "disk-full"],
];

/** Reads the kind of a failure from Docker's words. */
export function classifyDockerFailure(words: string): DockerFailure {
  return KNOWN.find(([pattern]) => pattern.test(words))?.[1] ?? "other";
}

/** What failed, for {@linkcode explainDockerFailure}. */
export interface DockerFailureFacts {
  readonly server: string;
  /** What was attempted: `create the container "blog-green"`. */
  readonly action: string;
  /** What docker wrote to standard error, or how it ended. */
  readonly words: string;
  /** Who it was that docker refused, where that is known. */
  readonly user?: string | undefined;
}

/** Makes the error of an operation that failed. */
export function explainDockerFailure(facts: DockerFailureFacts): DockerError {
  const { server, action, words } = facts;
  const kind = classifyDockerFailure(words);
  const message = `Cannot ${action} on ${server}: ${reasonOf(kind, facts)}`;
  const hint = kind === "bad-command" ? adviseOnCommand(words) : hintOf(kind, facts);
  const options = hint === undefined ? {} : { hint };
  if (kind === "address-in-use") return new AddressTakenError(message, options);
  return new DockerError(kind, message, options);
}

/** What people have to know, where Docker's own words do not say it; they follow in parentheses. */
function reasonOf(kind: DockerFailure, { words, user = "the user" }: DockerFailureFacts): string {
  const plain: Partial<Record<DockerFailure, string>> = {
    "docker-missing": "Docker is not installed there",
    "daemon-down": "Docker does not run there",
    "permission": `${user} may not use Docker there`,
    "disk-full": "the disk is full there",
  };
  const said = trimDockerWords(words);
  return plain[kind] === undefined ? said : `${plain[kind]} (${said})`;
}

/** Docker's words in one line, without the phrases that say nothing, 600 characters at most. */
export function trimDockerWords(words: string): string {
  const text = words.split("\n").map(trimLine).filter((line) => line !== "").join("; ");
  if (text === "") return "docker gave no reason";
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

/** Lines that say nothing of the reason. */
const NOISE = /^(WARNING: |See 'docker|Run 'docker|Usage: |Error: failed to start containers: )/;

function trimLine(line: string): string {
  const text = line.trim();
  if (NOISE.test(text)) return "";
  return text.replace(/^luma: |^docker: (?!.*not found)/, "")
    .replace(/^Error( response from daemon)?: /i, "")
    .replace(/^.*unable to start container process: (error during container init: )?/, "")
    .replace(/(?<=exec: .*): unknown$/, "").replace(/\.$/, "");
}

function adviseOnCommand(words: string): string {
  if (/exec format error/i.test(words)) {
    return "It is made for another processor (docker build --platform), or a script whose first " +
      "line is not #!/bin/sh or the like";
  }
  if (/permission denied/i.test(words)) {
    return "Make it executable in the Dockerfile (RUN chmod +x …), or name the program that reads it";
  }
  return "Check command: in luma.yml, or CMD and ENTRYPOINT of the image: the program has to be in it";
}

/** What to do about it; nothing where Docker's words say it, or whoever asked expects it. */
function hintOf(
  kind: Exclude<DockerFailure, "bad-command">,
  { server, user = "USER" }: DockerFailureFacts,
): string | undefined {
  const hints: Partial<Record<DockerFailure, string>> = {
    "docker-missing": `Install it: luma setup ${server}`,
    "daemon-down": `Start it: luma setup ${server} (or there, as root: systemctl start docker)`,
    "permission":
      `Let ${user} use it: luma setup ${server} (or there, as root: usermod -aG docker ${user})`,
    "no-image":
      "Check the image's name and tag; an image that was never pushed must be on the server",
    "pull-denied":
      "Check the image's name; for a private one, write registry: into luma.yml, with a login that may read it",
    "registry-unreachable":
      `Check that ${server} reaches the registry, or bring the image there by hand: docker load`,
    "name-in-use": `See who has the name on ${server}: docker ps -a`,
    "address-in-use": "Run the same command again: another address is chosen then",
    "port-in-use": `See what listens on ${server}: ss -ltnp`,
    "removal-under-way":
      `When it is gone on ${server} (docker ps -a), run the same command again; what keeps it is in ` +
      "Docker's log there: journalctl -u docker",
    "subnet-in-use": `Remove networks that nobody uses on ${server}: docker network prune`,
    "disk-full":
      `See on ${server} what takes the space: docker system df; then: docker image prune, docker builder prune`,
    "network-ambiguous":
      `Remove the one that nobody uses on ${server}: docker network ls, docker network rm ID`,
    "login-denied":
      "Check the username and the password of the login in luma.yml and .luma/secrets",
  };
  return hints[kind];
}
